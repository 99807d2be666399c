"""Experiments of the page "fine_tune_text": a layer's features, more layers, additions, all."""

from __future__ import annotations

from tlcore import catalog
from tlcore.catalog import stored
from tlcore.experiments.text.heads.ready import READY
from tlcore.experiments.text.heads.spec import TextAskSpec, TextHeadSpec
from tlcore.experiments.text.spec import TextCostSpec, TextLayersSpec, TextSpreadSpec
from tlcore.ground.recipe import TransferPlan
from tlcore.ground.variants import VARIANTS
from tlcore.runs.presets import Preset
from tlcore.runs.spec import FineTuneSpec

BACKBONE = "minilm"
KOREAN = {"text-korean"}  # reads no English
How = str  # or a variant that has a rate for texts
OFFERED = {name: row.lr_of_texts for name, row in VARIANTS.items() if row.lr_of_texts is not None}
HOWS: tuple[How, ...] = ("features", "top", "full", *OFFERED, "scratch")
# Peak rates that do well with a few hundred texts; the head's own rate is that of a new layer.
RATES: dict[How, float] = {
    "features": 1e-3,  # no block learns: it moves nothing
    "top": 2e-4,
    "full": 5e-5,
    "scratch": 5e-4,
    **OFFERED,
}
HEAD_LR = {"features": 1e-2}  # a head alone
USUAL_HEAD_LR = 1e-3
EPOCHS = {"features": 20}
USUAL_EPOCHS = 3
BATCH = 16


def encoders() -> list[str]:
    """Models that read English, MiniLM first; then those of the hub that are on this machine."""
    return [
        name
        for name, row in catalog.texts().items()
        if name not in KOREAN and (not row.hub or stored.present(name))
    ]


def ways(backbone: str) -> tuple[How, ...]:
    """Without what there is no place for in this encoder."""
    blocks = catalog.backbone(backbone).blocks
    none = {way for way in OFFERED if not any(b.learning_with(way) for b in blocks)}
    none |= {"top"} if len(blocks) < 3 else set()
    return tuple(how for how in HOWS if how not in none)


def layers(backbone: str = BACKBONE) -> int:
    """Of the encoder, without the embeddings under them."""
    return len(catalog.backbone(backbone).blocks) - 1


def plan(how: How, depth: int, backbone: str = BACKBONE) -> TransferPlan:
    """`depth`: of "features" the layer that is read (0: the embeddings), of "top" how many of the
    last layers learn; the others have none."""
    n = layers(backbone) + 1
    if how == "features":
        return TransferPlan(depth + 1, depth + 1, depth + 1)
    if how == "top":
        return TransferPlan(n, n, n - depth)
    if how == "scratch":
        return TransferPlan(n, 0, 0)
    if how == "full":
        return TransferPlan(n, n, 0)
    blocks = catalog.backbone(backbone).blocks
    freeze = next(n for n, block in enumerate(blocks) if block.learning_with(how))
    return TransferPlan(n, n, freeze, VARIANTS[how].name)


def spec(
    how: How = "features",
    data: str = "reviews",
    size: int = 240,
    depth: int = 6,
    epochs: int | None = None,
    times: float = 1.0,
    seed: int = 0,
    backbone: str = BACKBONE,
    **more: float | str | None,
) -> FineTuneSpec:
    """`times`: factor on the usual rates of blocks and head."""
    chosen = plan(how, depth, backbone)
    return FineTuneSpec(
        backbone=backbone,
        data=data,
        train_size=size,
        read=chosen.read,
        keep=chosen.keep,
        freeze=chosen.freeze,
        learns=chosen.learns,
        epochs=EPOCHS.get(how, USUAL_EPOCHS) if epochs is None else epochs,
        batch=BATCH,
        lr=RATES[how] * times,
        head_lr=HEAD_LR.get(how, USUAL_HEAD_LR) * times,
        seed=seed,
        **more,  # further settings of the recipe
    )


LAYERS = {data: TextLayersSpec(data=data) for data in ("reviews", "topics")}
COST = TextCostSpec()
SPREAD = TextSpreadSpec()
HEAD_ENCODERS = (BACKBONE, "text-masked")  # what reads both ways; the first that is there
HEADS = tuple(TextHeadSpec(task=task) for task in READY)
ASKS = tuple(TextAskSpec(task=task, **given) for task, given in READY.items())
_FEW = TextLayersSpec(train_size=20, draws=2)


def _preset(name: str, *asked: FineTuneSpec) -> Preset:
    """Reduced, the first of them on 20 texts, once."""
    small = asked[0].model_copy(update={"train_size": 20, "epochs": 1})
    return Preset(f"fine_tune_text.{name}", asked, (small,))


PRESETS = (
    Preset("fine_tune_text.layers", tuple(LAYERS.values()), (_FEW,)),
    _preset("recipe", spec("features")),
    _preset("full", spec("top", depth=1), spec("full")),
    _preset("added", spec("adapters"), spec("lora")),
    Preset("fine_tune_text.cost", (COST,), (TextCostSpec(batch=2, tokens=8),)),
    Preset(
        "fine_tune_text.spread",
        (SPREAD,),
        (TextSpreadSpec(train_size=20, seeds=2, epochs=1),),
    ),
    Preset(
        "fine_tune_text.heads",
        (*HEADS, *ASKS),
        (
            *(TextHeadSpec(task=task, layer=1, generated=30, written=20) for task in READY),
            TextAskSpec(layer=1),
        ),
    ),
)
