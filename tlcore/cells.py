"""Measures the four cells of a matrix: every strategy, several seeds, one CPU thread a run.

`python -m tlcore cells` writes assets/evidence/cells-<backbone>.json, which the matrix page shows
and `tlcore.evidence` reads.  An interrupted grid goes on.  Cells of pictures that may not be
shipped are measured on held-out classes of the source, which `--data` names.
"""

from __future__ import annotations

import argparse
import json
import time
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Any

from tlcore import advisor, catalog, evidence, i18n, machine
from tlcore.advisor import Cell
from tlcore.recipe import Compute, Knobs, Recipe, TransferPlan, strategies


def recipe(cell: Cell, plan: TransferPlan, backbone: str, seed: int) -> Recipe:
    """The cell's advice on rates and length, with another plan.

    From scratch learns without layer-wise decay: nothing in front deserves to be spared.
    """
    advice = advisor.advise(cell.id, cell.size, backbone)
    scratch = plan.keep == 0
    return Recipe(
        epochs=advice.epochs,
        lr=2e-3 if scratch else advice.lr,
        head_lr=advice.head_lr,
        layer_decay=1.0 if scratch else advice.layer_decay,
        augment=advice.augment,
        seed=seed,
    )


def measure(
    file: Path, seeds: int, cells: Sequence[str], backbone: str, source: Path | None = None
) -> None:
    """Fill `file` run by run; what is there already is kept."""
    found = _read(file, backbone)
    blocks = len(catalog.backbone(backbone).blocks)
    for seed in range(seeds):
        for name in cells:
            cell = advisor.cells(backbone)[name]  # type: ignore[index]
            runs = found["cells"].setdefault(name, {"size": cell.size, "runs": {}})["runs"]
            for strategy, plan in strategies(blocks).items():
                done = runs.setdefault(strategy, [])
                if len(done) > seed:
                    continue
                done.append(_run(cell, plan, backbone, seed, source))
                print(name, strategy, *done[-1].values(), flush=True)  # noqa: T201 - command line
                file.write_text(json.dumps(found, indent=1) + "\n", encoding="utf-8")
    found["conditions"] = {
        "machine": machine.name(),
        "backbone": catalog.backbone(backbone).fingerprint,
    }
    file.write_text(json.dumps(found, indent=1) + "\n", encoding="utf-8")


def _run(
    cell: Cell, plan: TransferPlan, backbone: str, seed: int, source: Path | None
) -> dict[str, Any]:
    from tlcore import backbones, data, engine

    began = time.process_time()
    if cell.data is None:
        assert source is not None
        pictures = _held_out(source, cell.size, seed)
    else:
        pictures = data.load(cell.data, cell.size, seed, Knobs(cell.difficulty))
    built = backbones.build(backbone, pretrained=plan.keep > 0, seed=seed)
    *_, result = engine.train(built, pictures, plan, recipe(cell, plan, backbone, seed), Compute())
    assert result["kind"] == "result"
    assert result["test_accuracy"] is not None
    return {
        "seed": seed,
        "test_accuracy": round(result["test_accuracy"], 5),
        "seconds": round(time.process_time() - began, 3),
        "learning": result["learning_parameters"],
    }


def _held_out(source: Path, size: int, seed: int) -> Any:
    """Classes that the pre-training of `photo` never saw, those that judge it."""
    from tlcore.pretrain import judge

    known, asked = _source(source)
    labels = judge.held_out(int(known.labels.max()) + 1)[: judge.CLASSES]
    return judge.task(known, asked, labels, seed, each=size // len(labels))


@cache
def _source(folder: Path) -> Any:
    """Training and validation pictures: 100,000 files are decoded once, not once a run."""
    from tlcore.backbones.photo import INPUT
    from tlcore.pretrain import pictures

    return tuple(pictures.read(folder, part, INPUT.size) for part in ("train", "val"))


def _read(file: Path, backbone: str) -> dict[str, Any]:
    if not file.exists():
        file.parent.mkdir(parents=True, exist_ok=True)
        return {"conditions": {}, "cells": {}}
    found: dict[str, Any] = json.loads(file.read_text(encoding="utf-8"))
    known = catalog.backbone(backbone).fingerprint
    if found["conditions"].get("backbone", known) != known:
        return {"conditions": {}, "cells": {}}  # measured with other weights: begin anew
    return found


def table(backbone: str = "clothing", language: str = "en") -> str:
    """The evidence as Markdown: strategies down, cells across; points ± 95 % and CPU seconds."""
    cells = {
        name: evidence.cell(name, backbone)
        for name in advisor.cells(backbone)
        if evidence.known(name, backbone)
    }
    heads = [
        f"{i18n.t(f'cell.{name}', language)}, {found.conditions['size']}, "
        f"{found.conditions['seeds']} seeds"
        for name, found in cells.items()
    ]
    lines = ["| | " + " | ".join(heads) + " |", "|---" * (len(cells) + 1) + "|"]
    for place, row in enumerate(next(iter(cells.values())).rows):
        told = [i18n.t(f"strategy.{row.strategy}", language)]
        for found in cells.values():
            here = found.rows[place]
            mark = "**" if here == found.best else "*" if here == found.verdict else ""
            accuracy = f"{mark}{100 * here.accuracy:.1f}{mark} ± {100 * here.half_width:.1f}"
            told.append(f"{accuracy} · {here.seconds:.1f} s")
        lines.append("| " + " | ".join(told) + " |")
    return "\n".join(lines)


def main(argv: Sequence[str]) -> int:
    parser = argparse.ArgumentParser("python -m tlcore cells")
    parser.add_argument("--backbone", default="clothing", choices=advisor.MATRICES)
    parser.add_argument("--seeds", type=int, default=3, choices=sorted(evidence.T95))
    parser.add_argument("--cells", nargs="*", choices=advisor.cells("clothing"))
    parser.add_argument("--data", type=Path, metavar="DIR", help="pictures of the source")
    parser.add_argument("--file", type=Path)
    parser.add_argument("--table", action="store_true", help="print what was measured, and stop")
    told = parser.parse_args(argv)
    if told.table:
        print(table(told.backbone))  # noqa: T201 - a command line
        return 0
    cells = advisor.cells(told.backbone)
    names = told.cells or [name for name, cell in cells.items() if cell.data or told.data]
    if told.data is None and (unshipped := [name for name in names if cells[name].data is None]):
        parser.error(f"{', '.join(unshipped)}: --data DIR has to say where the pictures are")
    measure(told.file or evidence.file(told.backbone), told.seeds, names, told.backbone, told.data)
    return 0
