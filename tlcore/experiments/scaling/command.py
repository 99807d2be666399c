"""Measures how cost grows: the comparison of strategies with more images, epochs, depths, seeds.

`python -m tlcore scaling` fills assets/evidence/scaling.json, which
`tlcore.experiments.scaling.reading` reads; an interrupted recording goes on.  Each measurement
begins with an empty folder of features, but the seeds of one round, which share what they are
tested on, as in the app.
"""

from __future__ import annotations

import argparse
import json
import os
from collections.abc import Iterator, Sequence
from importlib import metadata
from itertools import product
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

from tlcore import catalog
from tlcore.experiments.scaling import reading as scaling
from tlcore.experiments.scaling.reading import AXES, ENDS, TOGETHER
from tlcore.ground import machine, markdown, option, recipe, recorded
from tlcore.runs import registry
from tlcore.words import i18n

if TYPE_CHECKING:
    from tlcore.experiments.compare.spec import CompareSpec

BACKBONE, DATA = "clothing", "garments"
IMAGES, EPOCHS = 400, 8  # where something else grows
BEGIN, END = "<!-- scaling:begin -->", "<!-- scaling:end -->"


def spec(**changed: Any) -> CompareSpec:
    from tlcore.experiments.compare.spec import CompareSpec

    usual = {"sizes": (IMAGES,), "epochs": EPOCHS, "strategies": ENDS}
    return CompareSpec(backbone=BACKBONE, data=DATA, **(usual | changed))


def depths(count: int) -> tuple[str, ...]:
    """So many freeze depths (two or more), the ends among them, evenly between."""
    blocks = len(catalog.backbone(BACKBONE).blocks)
    known = [name for name in recipe.strategies(blocks) if name not in ("earlier", "scratch")]
    last = len(known) - 1
    return tuple(known[round(place * last / (count - 1))] for place in range(count))


def measure(file: Path, rounds: int) -> Iterator[dict[str, Any]]:
    """Run what `file` lacks, and tell each measurement; what is there already is kept."""
    found = recorded.read(file) or {"conditions": conditions(), "runs": []}
    done = {(run["axis"], run["at"], run["round"]) for run in found["runs"]}
    for turn, (axis, counts) in product(range(rounds), AXES.items()):
        for at in counts:
            if (axis, at, turn) in done:
                continue
            for what, seconds in _seconds(axis, at, turn).items():
                told = {"axis": axis, "at": at, "what": what, "round": turn}
                found["runs"].append(told | {"seconds": round(seconds, 3)})
                yield found["runs"][-1]
            recorded.write(file, json.dumps(found, indent=0) + "\n")


def _seconds(axis: str, at: int, turn: int) -> dict[str, float]:
    """CPU seconds by strategy, or of the whole comparison."""
    with TemporaryDirectory() as folder:
        place = Path(folder)
        if axis == "seeds":
            seeds = range(turn * max(AXES["seeds"]), turn * max(AXES["seeds"]) + at)
            return {TOGETHER: sum(_run(spec(seed=seed), place)["cpu_seconds"] for seed in seeds)}
        if axis == "depths":
            asked = spec(strategies=depths(at), seed=turn)
            return {TOGETHER: float(_run(asked, place)["cpu_seconds"])}
        grown: dict[str, dict[str, Any]] = {"images": {"sizes": (at,)}, "epochs": {"epochs": at}}
        result = _run(spec(seed=turn, **grown.get(axis, {})), place)
        return {row["strategy"]: float(row["seconds"]) for row in result["entrants"]}


def _run(spec: CompareSpec, place: Path) -> dict[str, Any]:
    compare = registry.part(registry.kinds()[spec.kind], "rows")
    result: dict[str, Any]
    *_, result = compare(spec, place, place)
    return result


def conditions() -> dict[str, Any]:
    return {
        "machine": machine.name(),
        "torch": metadata.version("torch"),
        "backbone": catalog.backbone(BACKBONE).fingerprint,
        "data": DATA,
        "images": IMAGES,
        "epochs": EPOCHS,
    }


def table(language: str = "en", file: Path = scaling.FILE) -> str:
    """The ends of each curve, as Markdown."""
    found = scaling.record(file)
    if found is None:
        return i18n.t("scaling.nothing", language)
    heads = [i18n.t(f"scaling.column.{name}", language) for name in ("grows", "what", "times")]
    rows = []
    for axis in AXES:
        for curve in found.curves(axis):
            more, dearer = curve.times
            first, last = curve.points[0], curve.points[-1]
            rows.append(
                [
                    f"{i18n.t(f'scaling.axis.{axis}', language)}: {first[0]:,} → {last[0]:,}",
                    i18n.t(f"scaling.what.{curve.what}", language),
                    i18n.t(
                        "scaling.times",
                        language,
                        more=f"{more:g}",
                        dearer=f"{dearer:.1f}",
                        first=f"{first[1]:.1f}",
                        last=f"{last[1]:.1f}",
                    ),
                ]
            )
    data = i18n.t(f"data.{found.conditions['data']}", language)
    told = found.conditions | {"data": data, "rounds": found.rounds}
    below = i18n.t("scaling.conditions", language, **told)
    return f"{markdown.table(heads, rows)}\n\n{below}\n"


def main(argv: Sequence[str]) -> int:
    parser = argparse.ArgumentParser("python -m tlcore scaling")
    parser.add_argument("--rounds", type=option.count, default=3, help="each measured so often")
    parser.add_argument("--file", type=Path, default=scaling.FILE)
    parser.add_argument("--table", action="store_true", help="print what was measured, and stop")
    parser.add_argument("--readme", action="store_true", help="write the table beside it, and stop")
    args = parser.parse_args(argv)
    if args.readme:
        text = recorded.README.read_text("utf-8")
        text = markdown.into(text, table(file=args.file), BEGIN, END)
        recorded.README.write_text(text, "utf-8", newline="\n")
        return 0
    if args.table:
        print(table(file=args.file))  # noqa: T201 - a command line
        return 0
    known = recorded.read(args.file)
    if known and known["conditions"] != conditions():
        parser.error(f"{args.file} was recorded in another way: name another --file")

    from tlcore.runs.executors.environment import ENVIRONMENT

    os.environ.update(ENVIRONMENT)  # before torch is imported
    for run in measure(args.file, args.rounds):
        print(*run.values(), flush=True)  # noqa: T201 - a command line
    return 0
