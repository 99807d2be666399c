"""A model card (Mitchell et al. 2019) with the front matter that Hugging Face reads."""

from __future__ import annotations

import json
from typing import Any

from tlcore import catalog
from tlcore.experiments.export import wording
from tlcore.experiments.export.subject import Subject
from tlcore.ground import markdown
from tlcore.training import class_scores
from tlcore.words import i18n

_LICENCES = {"MIT": "mit", "BSD (torchvision)": "bsd-3-clause"}  # names of the hub


def written(subject: Subject, language: str) -> str:
    """README.md of model.zip."""
    row = catalog.backbone(subject.spec["backbone"]).at(subject.spec.get("side"))
    words, start, result = i18n.texts(language), subject.start, subject.result
    low, high = result["interval"]
    values: dict[str, Any] = {
        "strategy": subject.strategy(language),
        "data": words[subject.data_key],
        "about_data": words[f"{subject.data_key}.about"],
        "about_backbone": words[f"backbone.{row.id}.about"],
        "classes": ", ".join(map(markdown.plain, subject.classes(language))),
        "accuracy": wording.percent(result["test_accuracy"], 2),
        "low": wording.percent(low),
        "high": wording.percent(high),
        "loss": f"{result['test_loss']:.3f}",
        "chance": wording.percent(class_scores.commonest(result["truth"])),
        "n": f"{start['test']:,}",
        "train": f"{start['train']:,}",
        "val": f"{start['val']:,}",
        "kept": f"\n{kept}\n" if (kept := wording.kept(subject, words)) else "",
        "settings": table([words["export.setting.name"], words["export.setting.value"]], [
            list(each) for each in wording.settings(subject, language)
        ]),
        "confusion": confusion(subject, language) + "\n\n" + by_class(subject, language),
        **wording.sources(subject, language),
        "year": row.year,
        "used": words["export.card.pretrained" if subject.spec["keep"] else "export.card.scratch"],
        "learning": f"{result['learning_parameters']:,}",
        "total": f"{result['total_parameters']:,}",
        "size": row.size,
        "run": subject.run.id,
        "when": subject.when.date().isoformat(),
        "seed": subject.spec["seed"],
        "torch": start["torch"],
        "spec_hash": subject.run.hash,
        "weights": result["weights_sha256"],
        "code": LOADING,
    }  # fmt: skip
    return front_matter(subject) + i18n.t("export.card", language, **values)


# Executed by a test as it stands, in the unpacked folder with a picture in it.
LOADING = """from predict import answer  # pip install torch safetensors pillow numpy

for name, share in answer("photo.jpg"):  # a picture of yours
    print(name, round(share, 3))"""


def front_matter(subject: Subject) -> str:
    """YAML, of which JSON strings are a part."""
    row, pictures = (
        catalog.backbone(subject.spec["backbone"]),
        catalog.dataset(subject.spec["data"]),
    )
    same = row.licence == pictures.licence and row.licence in _LICENCES
    licence = f"license: {_LICENCES[row.licence]}" if same else (
        "license: other\nlicense_name: "
        + json.dumps(f"backbone: {row.licence}; pictures: {pictures.licence}", ensure_ascii=False)
    )  # fmt: skip
    name = json.dumps(f"{row.id}-{pictures.id}-{subject.run.id}")
    return f"""---
{licence}
library_name: pytorch
pipeline_tag: image-classification
tags: [transfer-learning, transfer-lab]
metrics: [accuracy]
model-index:
  - name: {name}
    results:
      - task: {{type: image-classification}}
        dataset: {{type: {json.dumps(pictures.id)}, name: {json.dumps(pictures.id)}, split: test}}
        metrics:
          - {{type: accuracy, value: {subject.result["test_accuracy"]}}}
---

"""


def confusion(subject: Subject, language: str) -> str:
    """Rows are the truth, columns what the network said."""
    names = [markdown.plain(name) for name in subject.classes(language)]
    corner = i18n.t("confusion.axes", language)
    rows = [
        [f"**{name}**", *(str(count) for count in counts)]
        for name, counts in zip(names, subject.result["confusion"], strict=True)
    ]
    return table([corner, *names], rows)


def by_class(subject: Subject, language: str) -> str:
    """What accuracy hides where classes are unequal, and the share of each that was found."""
    words, found = i18n.texts(language), subject.result["confusion"]
    told = wording.unequal(found, words)
    names = [markdown.plain(name) for name in subject.classes(language)]
    heads = [words[f"result.by_class.{name}"] for name in wording.BY_CLASS]
    rows = [[name, *cells] for name, cells in zip(names, wording.by_class(found), strict=True)]
    return (f"{told}\n\n" if told else "") + table(heads, rows)


def table(head: list[str], rows: list[list[str]]) -> str:
    """A Markdown table."""
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join(f"| {' | '.join(cells)} |" for cells in lines)
