"""What train_again.txt is filled in with: what holds for a run, and its settings as constants."""

from __future__ import annotations

import json
from importlib import import_module
from typing import Any, NamedTuple

from tlcore import catalog
from tlcore.experiments.export.run import lesson, taken
from tlcore.experiments.export.run.taken import Taken
from tlcore.experiments.export.subject import Subject
from tlcore.ground.recipe import Compute, Recipe
from tlcore.ground.variants import Variant
from tlcore.networks.backbone import Backbone
from tlcore.networks.backbones import EMBEDDED
from tlcore.networks.vision import lite, lite_models
from tlcore.networks.vision.squeeze import SqueezeBlock
from tlcore.runs.spec import FineTuneSpec
from tlcore.training.engine import augment, solve, supply
from tlcore.words import i18n

RECIPE = ("seed", "read", "keep", "freeze", "epochs", "batch", "lr", "head_lr", "layer_decay")


def facts(subject: Subject, spec: FineTuneSpec, backbone: Backbone) -> dict[str, bool]:
    compute = Compute(**subject.run.compute)
    pictures = catalog.dataset(spec.data)
    ours = made_here(spec.backbone) is not None
    views = spec.augment != "none"
    variant = spec.plan.variant
    return {
        "torchvision": not ours,
        "kept": spec.keep > 0,
        "cuda": compute.device == "cuda",
        "bf16": compute.precision == "bf16",
        "channels_last": compute.memory_format == "channels_last",
        "repeat": pictures.channels < backbone.input.channels,
        "resize": spec.pictures_side != backbone.input.size,
        "augment": views,
        "views": views,
        "plain": not views,
        "stored": _stored(subject, spec, backbone),
        "first": variant.kept == "first",
        "part": variant.kept == "part",
        "added": bool(variant.added),
        "sums": variant.sums,
        "measures": variant.measures,
        "remains": variant.remains,
        "math": spec.schedule != "constant" or "math" in variant.needs,
        "solved": spec.head_start == "solved",
        "dropout": spec.dropout > 0,
        "noise": spec.dropout > 0 or (not ours and spec.plan.fixed < spec.read),
        "spared": spec.decay_to == "start" and spec.weight_decay > 0,
        "gradual": spec.unfreeze == "gradual",
        "paced": spec.schedule != "constant",
        "kept_best": spec.kept_epoch == "best",
        "patience": spec.patience is not None,
        "watched": spec.kept_epoch == "best" or spec.patience is not None,
        "adamw": spec.optimizer == "adamw",
        "uncorrected": spec.optimizer == "adamw" and spec.bias_correction == "off",
    }


def _stored(subject: Subject, spec: FineTuneSpec, backbone: Backbone) -> bool:
    """Whether all features of the run fit where the engine would keep them, too."""
    views = augment.stored_views(spec.plan, spec.recipe)
    if fixed := spec.plan.fixed:
        row = spec.row.blocks[fixed - 1]
        each = row.channels * (1 if fixed == spec.read else row.places)
    else:
        each = backbone.input.channels * backbone.input.size**2
    start = subject.start
    pictures = views * start["train"] + start["val"] + start["test"]
    return views > 0 and 4 * each * pictures <= supply.MEMORY_BYTES


def values(
    subject: Subject, spec: FineTuneSpec, backbone: Backbone, language: str
) -> dict[str, str]:
    words, known = i18n.texts(language), catalog.backbone(spec.backbone)
    compute = Compute(**subject.run.compute)
    say = ("data", "epoch", "recorded", "again", "same", "outside")
    return {
        "settings": _settings(subject, spec, backbone, compute, language),
        "threads": str(compute.threads),
        "model": json.dumps(spec.backbone),
        **making(spec.backbone),
        "variant": spec.plan.variant.name,
        **part(spec.plan.variant),
        "weights": json.dumps(known.weights.rsplit(".", 1)[-1]) if spec.keep else "None",
        # the texts name variables of the script, so they become its f-strings
        **{f"say_{name}": "f" + literal(words[f"export.again.say.{name}"]) for name in say},
    }


def part(variant: Variant) -> dict[str, str]:
    """The text of what puts into a block the part of it that learns, and of what finds it there."""
    if not variant.parts:
        return {}
    module = import_module(variant.parts["picture"])
    return {
        "part": lesson.text_of(module.TAKEN),
        "additions": lesson.text_of((module.additions,)),
    }


def _settings(
    subject: Subject, spec: FineTuneSpec, backbone: Backbone, compute: Compute, language: str
) -> str:
    """The run's settings as constants, each with its name in the reader's language."""
    words = i18n.texts(language)
    names = [*RECIPE, "weight_decay", "label_smoothing"]
    names += ["schedule"] if spec.schedule != "constant" else []
    names += ["dropout"] if spec.dropout else []
    names += ["patience"] if spec.patience is not None else []
    names += ["augment"] if spec.augment != "none" else []
    shown = spec.model_copy(update={"freeze": spec.plan.fixed})  # up to where nothing learns
    lines = [
        f"{name.upper()} = {literal(getattr(shown, name))}  # {words[f'field.{name}']}"
        for name in names
    ]
    if spec.plan.variant.measures:
        lines.append(f"MEASURED = {spec.freeze}  # {words['export.again.set.measured']}")
    for name in filter(str.isupper, spec.plan.variant.needs):
        value = getattr(import_module(spec.plan.variant.parts["picture"]), name)
        lines.append(f"{name} = {value}  # {words[f'export.again.set.{name.lower()}']}")
    if spec.decay_to == "start" and spec.weight_decay:
        new = min(spec.weight_decay, Recipe.weight_decay)
        lines.append(f"NEW_DECAY = {new}  # {words['export.again.set.new_decay']}")
    if spec.augment != "none":
        views = augment.stored_views(spec.plan, spec.recipe)
        lines.append(f"VIEWS = {views}  # {words['export.again.set.views']}")
        lines.append(f"SIDE = {backbone.input.size}  # {words['export.again.set.size']}")
    if spec.head_start == "solved":
        lines.append(f"PENALTY = {solve.PENALTY}  # {words['export.again.set.penalty']}")
    told: dict[str, Any] = {"classes": subject.classes(language)}
    if spec.pictures_side != backbone.input.size:
        told["size"] = backbone.input.size
    told |= {"mean": list(backbone.input.mean), "std": list(backbone.input.std)}
    told |= {"channels": list(backbone.channels)}
    told["chunk"] = supply.chunk_of(backbone.input, compute)
    told |= {"recorded": subject.result["test_accuracy"]}
    told["interval"] = list(subject.result["interval"])
    if made := made_here(spec.backbone):
        lines += ["", f"# {words['export.again.set.architecture']}", *made.constants]
    for name, value in told.items():
        about = words[f"export.again.set.{name}"]
        lines += [f"\n# {about}"] * bool(about) + [f"{name.upper()} = {literal(value)}"]
    return "\n".join(lines)


class Making(NamedTuple):
    """How this project's own code makes the blocks of a network."""

    constants: list[str]  # lines that the code below reads
    code: Taken
    call: str


def made_here(backbone: str) -> Making | None:
    """None of a network that torchvision makes."""
    name = catalog.backbone(backbone).id
    if name in lite_models.MODELS:
        constants = [
            f"STEM, LAST = {lite.STEM}, {lite.LAST}",
            f"EPSILON, MOMENTUM = {lite.EPSILON}, {lite.MOMENTUM}",
            "# (kernel, stride, expansion, width, repeats) of each stage",
            f"STAGES = {literal(lite_models.MODELS[name].scale.stages())}",
        ]
        return Making(constants, taken.LITE, "row(STAGES)")
    if name not in EMBEDDED:
        return None
    module = EMBEDDED[name]
    constants = [
        f"COLOURS = {module.INPUT.channels}",
        f"STEM_CHANNELS = {module.STEM_CHANNELS}",
        "# (width, stride) of each residual block",
        f"BASIC_BLOCKS = {literal(module.BASIC_BLOCKS)}",
    ]
    code = taken.OWN + (taken.SQUEEZE if module.BLOCK is SqueezeBlock else ())
    call = f"row(COLOURS, STEM_CHANNELS, BASIC_BLOCKS, {module.BLOCK.__name__})"
    return Making(constants, code, call)


def making(backbone: str) -> dict[str, str]:
    """What makes the blocks: functions and classes in the order in which they are needed, and the
    call that makes those of a network of this project."""
    known = made_here(backbone)
    code = known.code if known else taken.FAMILIES[catalog.backbone(backbone).family]
    return {"making": lesson.text_of(code), "row": known.call if known else ""}


def literal(value: object) -> str:
    """Python source of a plain value, strings in double quotes as in the rest of the script."""
    if isinstance(value, str):
        return json.dumps(value, ensure_ascii=False)
    if isinstance(value, list | tuple):
        inside = ", ".join(literal(each) for each in value)
        if isinstance(value, tuple):
            return f"({inside},)" if len(value) == 1 else f"({inside})"
        return f"[{inside}]"
    return repr(value)
