"""model.zip: the whole network as one safetensors file, a model card, and the code to load it.

Keys are `blocks.<block>.<weight>` for blocks 1..read and `head.<part>.<weight>`, all in fp32.
"""

from __future__ import annotations

import json

import safetensors.torch
import torch

from tlcore.catalog import own
from tlcore.data.own import picture
from tlcore.experiments.export import card
from tlcore.experiments.export.archive import packed
from tlcore.experiments.export.run import constants, lesson
from tlcore.experiments.export.subject import Subject
from tlcore.ground.errors import UserError
from tlcore.networks.backbone import Backbone
from tlcore.runs.spec import FineTuneSpec
from tlcore.training.engine import digest, learned
from tlcore.training.transfer import fine_tune


def make(subject: Subject, language: str) -> bytes:
    """Card and code in both languages' files, so that it does not matter who asks.

    Raises UserError: export.weights_gone, learned.damaged, export.changed where the network put
    together is not the one that the run ended with, and what building the backbone raises.
    """
    asked = FineTuneSpec.model_validate(dict(subject.spec))
    file = subject.folder / learned.FILE
    if not file.exists():
        raise UserError("export.weights_gone")
    backbone = fine_tune.network(asked, pretrained=asked.freeze > 0)
    tensors = whole(subject, asked, backbone)
    files = {
        "README.md": card.written(subject, "en").encode(),
        "README.ko.md": card.written(subject, "ko").encode(),
        "model.py": code(subject, asked, backbone).encode(),
        "predict.py": predicting(asked).encode(),
        "weights.safetensors": safetensors.torch.save(tensors, {"run": subject.run.id}),
    }
    return packed(files)


def predicting(spec: FineTuneSpec) -> str:
    """predict.py: from a picture's file to its class, with the functions that read it here."""
    values = {"shown": str(picture.SHOWN), "quality": str(own.QUALITY)}
    values["side"] = str(own.side_for(spec.side))
    values["suffixes"] = constants.literal(tuple(f".{suffix}" for suffix in picture.SUFFIXES))
    values["formats"] = repr(picture.FORMATS).replace("'", '"')
    values["more"] = _more(spec)
    facts = {"own": spec.data.startswith("own-")}
    return lesson.sections(facts, values, lesson.FOLDER / "predict.txt")["predict"]


def _more(spec: FineTuneSpec) -> str:
    """What the network needs besides torch."""
    return "" if constants.made_here(spec.backbone) else ", torchvision"


def whole(subject: Subject, spec: FineTuneSpec, backbone: Backbone) -> dict[str, torch.Tensor]:
    """Frozen blocks from the backbone, the others and the head from the run's own file."""
    classes = len(subject.start["classes"])
    file = subject.folder / learned.FILE
    blocks, head = learned.load(backbone, spec.plan, classes, file)
    made = digest.of_texts([digest.of_module(blocks), digest.of_module(head)])
    if made != subject.result["weights_sha256"]:
        raise UserError("export.changed", name=file.name)
    state = {f"blocks.{name}": tensor for name, tensor in blocks.state_dict().items()}
    state |= {f"head.{name}": tensor for name, tensor in head.state_dict().items()}
    return {name: tensor.contiguous() for name, tensor in state.items()}


def code(subject: Subject, spec: FineTuneSpec, backbone: Backbone) -> str:
    """model.py: the functions that built the network, cut from where they ran."""
    wants = backbone.input
    told = {"size": wants.size, "channels": wants.channels, "mean": wants.mean, "std": wants.std}
    inside = ", ".join(f"{name}={constants.literal(value)}" for name, value in told.items())
    lines = [
        f"CLASSES = {constants.literal(subject.classes('en'))}",
        f"INPUT = SimpleNamespace({inside})",
        f"READ = {spec.read}  # blocks 1..READ are used, then the head",
        f"CHANNELS = {list(backbone.channels)}  # after each block",
    ]
    facts = constants.facts(subject, spec, backbone)
    if facts["remains"]:
        more = spec.plan.variant.added
        lines += [f"FREEZE, KEEP = {spec.freeze}, {spec.keep}  # blocks between have {more}"]
    if made := constants.made_here(spec.backbone):
        lines += made.constants
    values = {
        "run": subject.run.id,
        "more": _more(spec),
        "constants": "\n".join(lines),
        "model": json.dumps(spec.backbone),
        **constants.making(spec.backbone),
        **constants.part(spec.plan.variant),
    }
    return lesson.sections(facts, values, lesson.FOLDER / "model.txt")["model"]
