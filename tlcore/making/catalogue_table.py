"""CATALOGUE.md, the table of backbones and data sets beside catalog.json.  No torch here."""

from __future__ import annotations

from typing import Any

from tlcore.catalog import FILE as CATALOG
from tlcore.ground import markdown as tables
from tlcore.words import i18n

FILE = CATALOG.with_name("CATALOGUE.md")
PX = 6  # place of the size in a row of a data set: texts have none
SOURCE = {
    "embedded": "built in",
    "drawn": "drawn by this project",
    "download": "download",
    "own": "your own",
}


def write(facts: dict[str, Any]) -> None:
    FILE.write_text(markdown(facts), encoding="utf-8", newline="\n")


def markdown(facts: dict[str, Any]) -> str:
    """Four tables: backbones and data sets of catalog.json, of pictures and then of texts."""
    title = (
        "# Backbones and data sets\n\n`python -m tlcore catalogue` writes this page from "
        "catalog.json, which\n`python -m tlcore catalogue NAME` counts from the built models "
        "(`--all`: every row)."
    )
    backbones = [_backbone(row) for row in facts["backbones"]]
    datasets = [_dataset(row) for row in facts["datasets"]]
    head = ("backbone", "id", "blocks", "parameters", "multiply-adds", "px", "source top-1")
    heads = (*head, "recipe", "year", "file", "licence")
    about = (
        "Parameters and multiply-adds of one picture (convolutions, linear layers, attention) are "
        "those of the blocks, counted; in brackets the parameters of the whole model with its "
        "1,000-class classifier. Source top-1: on ImageNet, as published with the weights; for "
        "what is built in, on its own source classes.  Year: of the paper; the recipe is how these "
        "weights were trained, which may be years later: accuracies compare within one recipe."
    )
    names = ("data set", "id", "classes", "training pool", "validation", "test", "px", "from")
    pictures = tables.table((*names, "licence, origin"), datasets)
    parts = (title, tables.table(heads, backbones), about, pictures, *_texts(facts))
    return "\n\n".join(parts) + "\n"


def _backbone(row: dict[str, Any]) -> list[str]:
    blocks = row["blocks"]
    parameters = _millions(sum(block["parameters"] for block in blocks))
    whole = f" ({_millions(row['whole'])})" if row.get("whole") else ""
    return [
        _named(row),
        f"`{row['id']}`",
        str(len(blocks)),
        parameters + whole,
        f"{sum(block['macs'] for block in blocks) / 1e9:.2f} G",
        str(row["size"]),
        "" if row["top1"] is None else f"{row['top1']:.1f}%",
        i18n.t(f"recipe.{row['recipe']}", "en") if row.get("recipe") else "",
        str(row["year"]),
        f"{row['megabytes']:.0f} MB" if row.get("url") else row.get("package") or "built in",
        row["licence"],
    ]


def _texts(facts: dict[str, Any]) -> tuple[str, str]:
    encoders = [
        [
            _named(row, whole=True),
            f"`{row['id']}`",
            str(len(row["blocks"])),
            _millions(sum(block["parameters"] for block in row["blocks"])),
            str(row["blocks"][-1]["channels"]),
            str(row["year"]),
            _from(row),
            row["licence"],
        ]
        for row in facts["text_backbones"]
    ]
    head = ("text encoder", "id", "blocks", "parameters", "width", "year", "from", "licence")
    sets = [
        [i18n.t(f"data.{row['id']}", "en")]
        + [value for place, value in enumerate(_dataset(row)) if place not in (0, PX)]
        for row in facts["text_datasets"]
    ]
    names = ("texts", "id", "classes", "training pool", "validation", "test", "from", "licence")
    return tables.table(head, encoders), tables.table(names, sets)


def _from(row: dict[str, Any]) -> str:
    """Of a text encoder: where its weights come from."""
    if "package" in row:
        return f"`{row['package']}`"
    if "hub" in row:
        return f"download, {row['megabytes']:.0f} MB: [{row['hub']}]({row['origin']})"
    return f"built in, {row['megabytes']:.1f} MB"


def _named(row: dict[str, Any], whole: bool = False) -> str:
    """`whole`: with what stands in brackets, the language of a text encoder."""
    name = i18n.t(f"backbone.{row['id']}", "en")
    name = name if whole else name.split(" (")[0]
    return f"[{name}]({row['paper']})" if row.get("paper") else name


def _dataset(row: dict[str, Any]) -> list[str]:
    counts = (row["train_pool"], row["val"], row["test"])
    name = i18n.t(f"data.{row['id']}", "en").split(" (")[0]
    origin = row["origin"]
    return [
        name,
        f"`{row['id']}`",
        str(len(row["classes"])),
        *(f"{count:,}" for count in counts),
        f"{row['size']}, {'colour' if row['channels'] == 3 else 'grey'}",
        SOURCE[row["source"]],
        f"[{row['licence']}]({origin})" if origin.startswith("http") else row["licence"],
    ]


def _millions(parameters: int) -> str:
    return f"{parameters / 1e6:.1f} M"
