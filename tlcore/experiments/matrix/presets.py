"""Experiments of the section "decide": cells of the matrix, a data set looked at and placed."""

from __future__ import annotations

from tlcore.experiments.matrix import advisor
from tlcore.experiments.matrix.advisor import CellId
from tlcore.experiments.similarity.spec import SimilaritySpec
from tlcore.experiments.survey.spec import SurveySpec
from tlcore.ground.recipe import TransferPlan, everything, head_only
from tlcore.runs.presets import Preset
from tlcore.runs.spec import FineTuneSpec

BACKBONE = "clothing"
SMALL = {"train_size": 40, "epochs": 2}


def of_cell(cell: CellId, other: bool = False, size: int | None = None) -> FineTuneSpec:
    """What the matrix carries to the lab: a cell's plan, or the other textbook's; its recipe."""
    stands = advisor.cells(BACKBONE)[cell]
    size = size or stands.size
    advice = advisor.advise(cell, size, BACKBONE)
    plan = advice.other if other else advice.plan
    return advised(BACKBONE, str(stands.data), size, plan, advice)


def advised(
    backbone: str, data: str, size: int, plan: TransferPlan, advice: advisor.Advice
) -> FineTuneSpec:
    """A plan, trained as a cell of the matrix advises for so many pictures."""
    return FineTuneSpec(
        backbone=backbone,
        data=data,
        train_size=size,
        read=plan.read,
        keep=plan.keep,
        freeze=plan.freeze,
        epochs=advice.epochs,
        lr=advice.lr,
        head_lr=advice.head_lr,
        layer_decay=advice.layer_decay,
        augment=advice.augment,
    )


def _plateau() -> tuple[FineTuneSpec, ...]:
    """Head only and everything on more and more garments, each with the length for its size."""
    plans = (head_only(8), everything(8))
    sizes = (40, 400, 2_000)
    advice = {size: advisor.advise("similar_large", size, BACKBONE) for size in sizes}
    return tuple(advised(BACKBONE, "garments", n, plan, advice[n]) for n in sizes for plan in plans)


def _reduced(*specs: FineTuneSpec) -> tuple[FineTuneSpec, ...]:
    return tuple(spec.model_copy(update=SMALL) for spec in specs)


_CELLS = tuple(of_cell(cell) for cell in advisor.cells(BACKBONE))
_TEXTBOOKS = tuple(of_cell("different_small", other) for other in (False, True))
_NEAR = tuple(
    SimilaritySpec(backbone=BACKBONE, data=data, train_size=800) for data in ("garments", "digits")
)

PRESETS = (
    Preset("matrix.four_cells", _CELLS, _reduced(*_CELLS)),
    Preset("matrix.two_textbooks", _TEXTBOOKS, _reduced(*_TEXTBOOKS)),
    Preset("matrix.plateau", _plateau(), _reduced(*_plateau()[:2])),
    Preset(
        "my_dataset.similarity",
        _NEAR,
        tuple(near.model_copy(update={"train_size": 60}) for near in _NEAR),
    ),
    Preset(
        "my_dataset.survey",
        (SurveySpec(backbone=BACKBONE, data="garments"),),
        (SurveySpec(backbone=BACKBONE, data="garments", train_size=60),),
    ),
)
