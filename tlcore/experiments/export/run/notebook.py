"""A Jupyter notebook (nbformat 4.5) as JSON, written here: the format is four keys and cells."""

from __future__ import annotations

import json
from typing import Any

from tlcore.experiments.export.run import lesson

Part = tuple[str, str, str]  # title, text, code


def of(parts: list[Part]) -> str:
    """Markdown for title and text, then the section's code, a cell a function."""
    cells: list[dict[str, Any]] = []
    for place, (title, text, code) in enumerate(parts):
        cells.append(_cell("markdown", f"{'##' if place else '#'} {title}\n\n{text}", len(cells)))
        for block in lesson.blocks_of(code):
            cells.append(_cell("code", block, len(cells)))
    kernel = {"display_name": "Python 3", "language": "python", "name": "python3"}
    whole = {
        "cells": cells,
        "metadata": {"kernelspec": kernel, "language_info": {"name": "python"}},
        "nbformat": 4,
        "nbformat_minor": 5,
    }
    return json.dumps(whole, ensure_ascii=False, indent=1) + "\n"


def _cell(kind: str, source: str, number: int) -> dict[str, Any]:
    cell: dict[str, Any] = {"cell_type": kind, "id": f"cell-{number:02}", "metadata": {}}
    if kind == "code":
        cell |= {"execution_count": None, "outputs": []}
    return cell | {"source": source.splitlines(keepends=True)}
