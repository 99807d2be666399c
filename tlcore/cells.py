"""Measures the four cells of the matrix: every strategy, several seeds, one CPU thread a run.

`python -m tlcore cells` writes assets/evidence/cells.json, which the matrix page shows and
`tlcore.evidence` reads.  Each run is an ordinary spec; an interrupted grid goes on.
"""

from __future__ import annotations

import argparse
import json
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from tlcore import advisor, catalog, evidence, i18n, machine
from tlcore.recipe import Compute, TransferPlan, strategies
from tlcore.spec import FineTuneSpec

BACKBONE = "clothing"


def spec(cell: advisor.Cell, plan: TransferPlan, seed: int) -> FineTuneSpec:
    """The cell's advice on rates and length, with another plan.

    From scratch learns without layer-wise decay: nothing in front deserves to be spared.
    """
    advice = advisor.advise(cell.id, cell.size, BACKBONE)
    scratch = plan.keep == 0
    return FineTuneSpec(
        backbone=BACKBONE,
        data=cell.data,
        train_size=cell.size,
        read=plan.read,
        keep=plan.keep,
        freeze=plan.freeze,
        epochs=advice.epochs,
        lr=2e-3 if scratch else advice.lr,
        head_lr=advice.head_lr,
        layer_decay=1.0 if scratch else advice.layer_decay,
        augment=advice.augment,
        seed=seed,
    )


def measure(file: Path, seeds: int, cells: Sequence[str]) -> None:
    """Fill `file` run by run; what is there already is kept."""
    from tlcore import worker

    found = _read(file)
    blocks = len(catalog.backbone(BACKBONE).blocks)
    for seed in range(seeds):
        for name in cells:
            cell = advisor.CELLS[name]  # type: ignore[index]
            runs = found["cells"].setdefault(name, {"size": cell.size, "runs": {}})["runs"]
            for strategy, plan in strategies(blocks).items():
                done = runs.setdefault(strategy, [])
                if len(done) > seed:
                    continue
                began = time.process_time()
                *_, result = worker.rows_of(spec(cell, plan, seed), Compute())
                done.append(
                    {
                        "seed": seed,
                        "test_accuracy": round(result["test_accuracy"], 5),
                        "seconds": round(time.process_time() - began, 3),
                        "learning": result["learning_parameters"],
                    }
                )
                print(name, strategy, *done[-1].values(), flush=True)  # noqa: T201 - a command line
                file.write_text(json.dumps(found, indent=1) + "\n", encoding="utf-8")
    found["conditions"] = {
        "machine": machine.name(),
        "backbone": catalog.backbone(BACKBONE).fingerprint,
    }
    file.write_text(json.dumps(found, indent=1) + "\n", encoding="utf-8")


def _read(file: Path) -> dict[str, Any]:
    if not file.exists():
        file.parent.mkdir(parents=True, exist_ok=True)
        return {"conditions": {}, "cells": {}}
    found: dict[str, Any] = json.loads(file.read_text(encoding="utf-8"))
    if found["conditions"].get("backbone", catalog.backbone(BACKBONE).fingerprint) != (
        catalog.backbone(BACKBONE).fingerprint
    ):
        return {"conditions": {}, "cells": {}}  # measured with other weights: begin anew
    return found


def table(language: str = "en") -> str:
    """The evidence as Markdown: strategies down, cells across; points ± 95 % and CPU seconds."""
    cells = {name: evidence.cell(name) for name in advisor.CELLS}
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
    parser.add_argument("--seeds", type=int, default=3, choices=sorted(evidence.T95))
    parser.add_argument("--cells", nargs="*", default=list(advisor.CELLS), choices=advisor.CELLS)
    parser.add_argument("--file", type=Path, default=evidence.FILE)
    parser.add_argument("--table", action="store_true", help="print what was measured, and stop")
    told = parser.parse_args(argv)
    if told.table:
        print(table())  # noqa: T201 - a command line
        return 0
    measure(told.file, told.seeds, told.cells)
    return 0
