"""The values that a run measures, a row each: name, unit, how often, and where each is shown.

Nothing else says it again: CSV, TensorBoard, the live panels and the report read this table, so a
new value is a row here, its texts, and the line of the engine that measures it
(tlcore.training.engine.rows gives the types; a test holds the two together).  No torch here.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

Unit = Literal["nats", "share", "rate", "norm", "ratio"]  # a share is told in percent
Sampling = Literal["step", "kth_step", "epoch", "once"]
ROWS: dict[Sampling, str] = {  # the kind of row that has it
    **{"step": "step", "kth_step": "step"},
    **{"epoch": "epoch", "once": "result"},
}


@dataclass(frozen=True)
class Value:
    """Texts: `live.<panel>.*` of a panel of its own; of a line `live.legend.<line>`,
    `live.table.<line>` and, but for validation, `live.<panel>.summary_<line>`."""

    name: str  # the field of the row, and the column of the CSV
    unit: Unit
    sampling: Sampling
    grouped: bool = False  # a number for each group: a frozen one has none, which is not 0
    tag: str = ""  # the curve in TensorBoard, "/<group>" behind it where it is grouped
    panel: str = ""  # of the live dashboard, and of the report
    line: str = ""  # its line in a panel of curves, a mark at the end of each epoch


VALUES = (
    Value("loss", "nats", "step", tag="loss/train", panel="loss"),
    Value("accuracy", "share", "step", tag="accuracy/train", panel="accuracy"),
    Value("lr", "rate", "step", grouped=True, tag="learning_rate", panel="rates"),
    Value("grad_norm", "norm", "step", grouped=True, tag="gradient_norm", panel="strip"),
    Value("rel_grad", "ratio", "step", grouped=True, tag="gradient_over_weight", panel="strip"),
    Value("update_ratio", "ratio", "kth_step", grouped=True, tag="update_ratio", panel="ratios"),
    Value("train_loss", "nats", "epoch", panel="loss"),
    Value("train_accuracy", "share", "epoch", panel="accuracy"),
    Value("val_loss", "nats", "epoch", tag="loss/validation", panel="loss", line="validation"),
    Value(
        "val_accuracy",
        "share",
        "epoch",
        tag="accuracy/validation",
        panel="accuracy",
        line="validation",
    ),
    Value(
        "source_accuracy", "share", "epoch", tag="accuracy/source", panel="accuracy", line="source"
    ),
    Value(
        "source_solved",
        "share",
        "epoch",
        tag="accuracy/source_solved",
        panel="accuracy",
        line="source_solved",
    ),
    Value("distance", "ratio", "epoch", grouped=True, tag="distance", panel="distance"),
    Value("test_loss", "nats", "once", tag="test/loss"),
    Value("test_accuracy", "share", "once", tag="test/accuracy"),
)
PANELS = ("loss", "accuracy", "strip", "rates", "ratios", "distance")  # in the order of the page


def of_row(kind: str) -> Iterator[Value]:
    """What a row of this kind may have."""
    return (value for value in VALUES if ROWS[value.sampling] == kind)


def unit(name: str) -> Unit:
    return next(value.unit for value in VALUES if value.name == name)


def panels() -> tuple[str, ...]:
    """Those of PANELS, then any that only a value names."""
    return tuple(dict.fromkeys((*PANELS, *(value.panel for value in VALUES if value.panel))))


def beside_validation(panel: str) -> list[Value]:
    """What a panel of curves marks after each epoch besides validation."""
    lines = (value for value in VALUES if value.panel == panel and value.line)
    return [value for value in lines if value.line != "validation"]
