"""train_again.zip: a script and a notebook that train a run again with torch alone.

Both come in both languages, so that the file does not depend on who asked for it first.  Beside
them lie the pictures the run drew, its answers on the test pictures, and the backbone.
"""

from __future__ import annotations

import textwrap

import safetensors.torch
import torch

from tlcore import catalog
from tlcore.data.images import ImageData
from tlcore.experiments.export import wording
from tlcore.experiments.export.archive import packed
from tlcore.experiments.export.run import constants, lesson, notebook
from tlcore.experiments.export.subject import Subject
from tlcore.ground.errors import UserError
from tlcore.ground.variants import VARIANTS
from tlcore.networks import weights
from tlcore.networks.backbone import Backbone
from tlcore.networks.vision import lite_models
from tlcore.runs.spec import FineTuneSpec
from tlcore.training.transfer import fine_tune
from tlcore.words import i18n

WIDTH = {"en": 96, "ko": 60}  # characters of a comment line; Hangul is twice as wide
SUFFIX = {"en": "", "ko": "-ko"}  # train_again.py, train_again-ko.py


def make(subject: Subject, language: str) -> bytes:
    """Raises UserError: export.changed where pictures or weights are not those of the run."""
    asked = FineTuneSpec.model_validate(dict(subject.spec))
    backbone = fine_tune.network(asked, pretrained=asked.keep > 0)
    return packed(files(subject, asked, fine_tune.load(asked), backbone))


def files(
    subject: Subject, spec: FineTuneSpec, pictures: ImageData, backbone: Backbone
) -> dict[str, bytes]:
    """Name -> content.  The pictures and the backbone must be those the run learned with."""
    given = {spec.data: pictures.sha256, spec.backbone: backbone.weights_sha256}
    told = (subject.start["data_sha256"], subject.start["weights_sha256"])
    for (name, sha), recorded in zip(given.items(), told, strict=True):
        if sha != recorded:
            raise UserError("export.changed", name=name)
    found: dict[str, bytes] = {}
    for language in i18n.LANGUAGES:
        parts = written(subject, spec, backbone, language)
        name = f"train_again{SUFFIX[language]}"
        found[f"{name}.py"] = as_script(parts).encode()
        found[f"{name}.ipynb"] = notebook.of(parts).encode()
    readme = [_readme(subject, spec, language) for language in i18n.LANGUAGES]
    found["README.md"] = "\n---\n\n".join(readme).encode()
    found["pictures.safetensors"] = _pictures(subject, pictures)
    if constants.made_here(spec.backbone) and spec.keep:
        found["backbone.safetensors"] = _learned(spec.backbone)
    return found


def written(
    subject: Subject, spec: FineTuneSpec, backbone: Backbone, language: str
) -> list[notebook.Part]:
    """The lesson as (title, text, code), the heading of the whole first."""
    words = i18n.texts(language)
    facts = constants.facts(subject, spec, backbone)
    values = constants.values(subject, spec, backbone, language)
    told = {
        "run": subject.run.id,
        "strategy": subject.strategy(language),
        "data": words[subject.data_key],
        "backbone": words[f"backbone.{catalog.backbone(spec.backbone).id}"],
        "train": subject.start["train"],
        "accuracy": subject.result["test_accuracy"],
        "torch": subject.start["torch"],
    }
    parts = [
        (words["export.again.title"].format(**told), words["export.again.about"].format(**told), "")
    ]
    for number, (name, code) in enumerate(lesson.sections(facts, values).items(), start=1):
        key = f"variant.{name}.again" if name in VARIANTS else f"export.again.{name}"
        title, text = words[f"{key}.title"], words[f"{key}.text"]
        parts.append((f"{number}. {title}", text, code))
    return parts


def as_script(parts: list[notebook.Part]) -> str:
    """A docstring, then each section under a comment that says what it is about."""
    (title, about, _), *sections = parts
    width = WIDTH["ko" if any("가" <= letter <= "힣" for letter in about) else "en"]
    text = f'"""{_filled(title, width)}\n\n{_filled(about, width)}\n"""\n'
    for heading, explained, code in sections:
        comment = "\n".join(f"# {line}" for line in _filled(explained, width).splitlines())
        text += (
            f"\n\n# ---- {heading} {'-' * max(0, width - len(heading) - 6)}\n{comment}\n\n{code}"
        )
    return text


def _filled(text: str, width: int) -> str:
    return textwrap.fill(text, width, break_on_hyphens=False)


def _pictures(subject: Subject, pictures: ImageData) -> bytes:
    tensors = {"test.recorded": torch.tensor(subject.result["predictions"])}
    for name in ("train", "val", "test"):
        split = getattr(pictures, name)
        tensors |= {f"{name}.images": split.images, f"{name}.labels": split.labels}
    return safetensors.torch.save({k: v.contiguous() for k, v in tensors.items()})


def _learned(backbone: str) -> bytes:
    """The file as it is stored; of a package, whose file is read by pickle, written anew."""
    if backbone not in lite_models.MODELS:
        return weights.file_of(backbone).read_bytes()
    state, _ = lite_models.MODELS[backbone].read()
    return safetensors.torch.save({name: w.contiguous() for name, w in state.items()})


def _readme(subject: Subject, spec: FineTuneSpec, language: str) -> str:
    key = "export.again.readme"
    values = {
        "run": subject.run.id,
        "strategy": subject.strategy(language),
        "accuracy": subject.result["test_accuracy"],
        "low": subject.result["interval"][0],
        "high": subject.result["interval"][1],
        "torch": subject.start["torch"],
        "script": f"train_again{SUFFIX[language]}.py",
        "notebook": f"train_again{SUFFIX[language]}.ipynb",
        **wording.sources(subject, language),
    }
    needs = "torch" if constants.made_here(spec.backbone) else "torch torchvision"
    return i18n.t(key, language, needs=needs, **values)
