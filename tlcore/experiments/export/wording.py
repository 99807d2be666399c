"""What card and report both say of a run, in words: its settings, and its numbers as text."""

from __future__ import annotations

from tlcore import catalog
from tlcore.experiments.export.subject import Subject
from tlcore.runs import comparison, reading
from tlcore.training import class_scores
from tlcore.words import i18n

RECIPE = (
    *("epochs", "batch", "optimizer", "bias_correction", "lr", "head_lr", "head_start", "schedule"),
    *("unfreeze", "layer_decay", "weight_decay", "decay_to", "dropout", "label_smoothing"),
    *("augment", "kept_epoch", "patience"),
)
BY_CLASS = ("class", "asked", "found", "right", "f1")  # columns
PLACE = ("device", "precision", "memory_format")


def settings(subject: Subject, language: str) -> list[tuple[str, str]]:
    """(name, value) of everything that was chosen, in the order of the lab's page."""
    words, spec, compute = i18n.texts(language), subject.spec, subject.run.compute
    rows = [
        (words["field.backbone"], words[f"backbone.{catalog.backbone(spec['backbone']).id}"]),
        (words["field.data"], words[subject.data_key]),
        (words["field.train_size"], f"{subject.start['train']:,}"),
        (words["export.setting.strategy"], subject.strategy(language)),
    ]
    rows += [(words[f"field.{name}"], str(spec[name])) for name in ("read", "keep", "freeze")]
    rows += [
        (words[f"field.{name}"], _value(name, comparison.value(spec, name), words))
        for name in RECIPE
        if name != "bias_correction"
        or spec["optimizer"] == "adamw"  # nobody else has those averages
    ]
    if spec["augment"] != "none":
        views = subject.start["views"]
        fresh = words["export.setting.fresh"]
        rows.append((words["field.views"], str(views) if views else fresh))
    rows.append((words["field.seed"], str(spec["seed"])))
    rows += [(words[f"field.{name}"], _value(name, compute[name], words)) for name in PLACE]
    return rows


def _value(name: str, value: object, words: dict[str, str]) -> str:
    if isinstance(value, float):
        return f"{value:g}"
    value = "none" if value is None else value
    return words.get(f"choice.{name}.{value}", str(value))


def sources(subject: Subject, language: str) -> dict[str, str]:
    """Origin and licence of backbone and pictures: an address or a licence's name as it is in the
    catalogue, what this project made itself in the reader's words."""
    words, found = i18n.texts(language), {}
    for kind, row in (
        ("backbone", catalog.backbone(subject.spec["backbone"])),
        ("data", catalog.dataset(subject.spec["data"])),
    ):
        drawn = getattr(row, "source", "") == "drawn"
        for fact, said in (("origin", row.origin), ("licence", row.licence)):
            key = f"export.{fact}.{row.id}"
            if drawn and key not in words:
                key = f"export.{fact}.drawn"
            found[f"{kind}_{fact}"] = words[key].format(file=said) if key in words else said
    return found


def kept(subject: Subject, words: dict[str, str]) -> str:
    """Which epoch's weights these are, and what ended the run, where that was asked; or nothing."""
    found = [r for r in reading.readings(subject.rows) if r.key.startswith(("kept_", "stopped"))]
    told = [words[f"reading.{each.key}"].format(**each.values) for each in found]
    return " ".join(text[:1].upper() + text[1:] for text in told)


def percent(share: float | None, digits: int = 1) -> str:
    return "–" if share is None else f"{share:.{digits}%}"


def by_class(confusion: class_scores.Confusion) -> list[list[str]]:
    """The cells behind each class's name: how many, found, right, F1."""
    return [
        [str(score.asked), *map(percent, (score.found, score.right, score.f1))]
        for score in class_scores.each(confusion)
    ]


def unequal(confusion: class_scores.Confusion, words: dict[str, str]) -> str:
    """What accuracy alone would hide; nothing where the classes are about as large."""
    if not class_scores.unequal(confusion):
        return ""
    return words["result.unequal"].format(
        balanced=percent(class_scores.balanced(confusion)),
        f1=percent(class_scores.macro_f1(confusion)),
    )
