"""What a comparison costs: five freeze depths against one full fine-tune; a race with a verdict.

CPU seconds of one thread.  Both sides validate after each epoch and test once, as a reader's runs
do, the comparison with fewer pictures; the features that the depths share are computed in the run
that is timed, from an empty folder.
"""

from __future__ import annotations

import tempfile
import time
from pathlib import Path
from typing import Any

from tests.bench.table import Line
from tests.bench.timing import in_turns, median, spread
from tlcore.experiments.compare import entrants
from tlcore.experiments.compare import reading as verdict
from tlcore.experiments.compare import run as compare_run
from tlcore.experiments.compare.presets import DEPTHS, FORMS
from tlcore.experiments.compare.spec import CompareSpec
from tlcore.ground.recipe import Compute
from tlcore.networks import backbones
from tlcore.runs import worker
from tlcore.runs.spec import FineTuneSpec
from tlcore.training import strategies
from tlcore.training.engine import profile
from tlcore.training.transfer import fine_tune

ROUNDS = 3
SLOTS = 2  # runs side by side: one seed each


def lines() -> list[Line]:
    worker.warm()
    rows = [dict(row) for row in profile.measure(backbones.build(DEPTHS.backbone), "cpu")]
    measured = {"rows": rows}
    depths, forms = (entrants.quickest(asked, measured) for asked in (DEPTHS, FORMS))
    with tempfile.TemporaryDirectory() as place:
        took = in_turns(
            {
                "full": _full,
                "curve": lambda seed: _compared(depths, seed, Path(place) / f"depths-{seed}"),
            },
            ROUNDS,
        )
        # One folder for all seeds, as in the app: they share what they validate and test with.
        race = in_turns({"race": lambda seed: _compared(forms, seed, Path(place) / "race")}, ROUNDS)
    full, curve = took["full"], took["curve"]
    ratios = [c.cpu / f.cpu for c, f in zip(curve, full, strict=True)]
    spent = [t.cpu for t in race["race"]]
    firsts = [t.made[1] for t in race["race"]]
    [told] = verdict.verdicts([t.made[0] for t in race["race"]]).values()
    size = f"{DEPTHS.sizes[0]} {DEPTHS.data}, {DEPTHS.epochs} epochs"
    return [
        Line(
            "freeze curve over five depths against one full fine-tune",
            f"{spread(ratios)} x the CPU time ({spread([t.cpu for t in curve], 1)} s against "
            f"{spread([t.cpu for t in full], 1)} s)",
            "≤ 1.5 x",
            f"{', '.join(DEPTHS.strategies)}; {size}, {ROUNDS} seeds in turns, one thread each; "
            f"{compare_run.WATCHED} validation pictures an epoch, a fine-tune of the lab has 500",
        ),
        Line(
            "race of three strategies with three seeds: processor time of the verdict",
            f"{sum(spent):.1f} s, {sum(spent) / SLOTS:.1f} s on each of {SLOTS} slots; first point "
            f"after {median(firsts):.2f} s; {told.kind}: {told.cheapest.strategy}",
            "first curves ≤ 1 s, verdict ≤ 20 s on two quiet cores",
            f"{', '.join(FORMS.strategies)}; {size}; in warm workers, the queue not counted",
        ),
    ]


def _full(seed: int) -> Any:
    plain = FineTuneSpec(
        data=DEPTHS.data, train_size=DEPTHS.sizes[0], epochs=DEPTHS.epochs, seed=seed
    )
    *_, result = fine_tune.rows_of(strategies.apply("everything", plain), Compute())
    return result


def _compared(asked: CompareSpec, seed: int, folder: Path) -> tuple[Any, float]:
    """The result, and the CPU seconds to the first point of a curve."""
    began, first = time.process_time(), 0.0
    for row in compare_run.rows(asked.model_copy(update={"seed": seed}), folder, folder):
        if row["kind"] == "epoch" and not first:
            first = time.process_time() - began
    return row, first
