"""python -m tlcore evidence: measures the grid in parts, packs it, and prints what it says.

A part appends lines to a rows file (`--rows`) and can be cut at any time; `--pack` merges such
files with assets/evidence/grid.parquet.  A part needs torch and nothing else of the app, so the
file can be made on a machine with a GPU or many cores; processes share the points (`--part 1/4`),
each with a rows file of its own.
"""

from __future__ import annotations

import argparse
import os
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from statistics import median
from typing import Any, get_args

from tlcore import catalog
from tlcore.experiments.matrix.grid import points, rows, table
from tlcore.experiments.matrix.grid.points import Point
from tlcore.ground.recipe import Compute, Precision

MINUTES = 90.0  # of a part: somebody waits for it
BUSY = 1.2  # processes per core: above, a run's seconds say nothing of the machine


def main(argv: Sequence[str]) -> int:
    args = _parser().parse_args(argv)
    asked = list(_asked(args))
    if args.pack:
        return _pack(args.rows, args.file)
    if args.table or args.regret or args.advice or args.readme:
        return _print(args)
    if args.plan:
        return _plan(asked, args.file)
    if points.HELD_OUT in args.data and args.source is None:
        _parser().error(f"{points.HELD_OUT}: --source DIR has to say where the pictures are")
    if args.similarity:
        return _similarity(args)
    share, of = map(int, args.part.split("/"))
    return _measure(asked[share - 1 :: of], args)


def _parser() -> argparse.ArgumentParser:
    known = (*points.DATA_SETS, points.HELD_OUT)
    parser = argparse.ArgumentParser("python -m tlcore evidence", description=__doc__)
    which = parser.add_argument_group("which points (all of them)")
    which.add_argument("--backbone", nargs="+", default=points.BACKBONES, choices=points.BACKBONES)
    which.add_argument("--data", nargs="+", default=points.DATA_SETS, choices=known)
    which.add_argument("--size", nargs="+", type=int, help="training pictures")
    which.add_argument("--seed", nargs="+", type=int, default=list(range(points.SEEDS)))
    blocks = [len(catalog.backbone(name).blocks) for name in points.BACKBONES]
    strategies = sorted({name for count in blocks for name in points.roles(count).values()})
    which.add_argument("--strategy", nargs="+", choices=strategies)
    which.add_argument("--rate", nargs="+", choices=points.RATES)
    which.add_argument("--part", default="1/1", help="2/4: the second of four processes")
    how = parser.add_argument_group("how")
    how.add_argument("--rows", type=Path, nargs="+", default=[_rows_file()], help="file of lines")
    how.add_argument("--minutes", type=float, default=MINUTES, help="then no more is begun")
    how.add_argument(
        "--quiet",
        type=float,
        default=float("inf"),
        metavar="LOAD",
        help="measure again what was measured at a higher load per core: 1.2, say",
    )
    how.add_argument("--device", default="cpu", choices=["cpu", "cuda"])
    how.add_argument(
        "--precision",
        default="fp32",
        choices=get_args(Precision),
        help="bf16: half the time of `photo` where the processor computes with it",
    )
    how.add_argument("--source", type=Path, metavar="DIR", help=f"pictures of {points.HELD_OUT}")
    what = parser.add_argument_group("instead of measuring points")
    what.add_argument("--plan", action="store_true", help="how many there are, and CPU hours")
    what.add_argument("--similarity", action="store_true", help="measure how near each set is")
    what.add_argument("--pack", action="store_true", help="merge the lines into the Parquet file")
    what.add_argument("--table", action="store_true", help="print the four cells of the matrix")
    what.add_argument("--advice", action="store_true", help="print the rules")
    what.add_argument("--regret", action="store_true", help="print what the advice is worth")
    what.add_argument("--readme", action="store_true", help="write that beside the grid")
    parser.add_argument("--file", type=Path, default=table.file(), help="the Parquet file")
    return parser


def _rows_file() -> Path:
    from tlcore.ground.paths import data_dir

    return data_dir() / "evidence" / "rows.jsonl"


def _asked(told: argparse.Namespace) -> Iterator[Point]:
    for point in points.points(told.backbone, told.data, told.seed):
        if (
            (told.size is None or point.size in told.size)
            and (told.strategy is None or point.strategy in told.strategy)
            and (told.rate is None or point.rate in told.rate)
        ):
            yield point


def _measure(asked: Sequence[Point], told: argparse.Namespace) -> int:
    """Measure what neither the rows files nor the Parquet file have, into the first of them."""
    os.environ.update(OMP_NUM_THREADS="1", OMP_WAIT_POLICY="PASSIVE")  # before torch is imported
    import torch

    from tlcore.making.grid.measure import Meter

    torch.set_num_threads(1)
    file: Path = told.rows[0]
    found = [*_packed(told.file), *(row for part in told.rows for row in rows.read(part))]
    known = [row for row in found if row.get("kind") is None]
    done = {
        rows.point(row)
        for row in rows.merged(known)
        if row["watched"] == points.WATCHED and (row.get("load") or 0) <= told.quiet
    }
    meter = Meter(file.parent / "cache", _compute(told), told.source)
    ends = time.monotonic() + 60 * told.minutes
    left = [point for point in asked if point not in done]
    _say(f"{len(left)} of {len(asked)} points to measure, into {file}")
    for number, point in enumerate(left, start=1):
        if time.monotonic() > ends:
            _say(f"{told.minutes:g} minutes are over; {len(left) - number + 1} points are left")
            break
        row = meter.row(point)
        rows.append(file, row)
        _say(f"{number}/{len(left)}", *_named(point), row["test_accuracy"], row["cpu_seconds"])
    return 0


def _compute(told: argparse.Namespace) -> Compute:
    if told.precision == "fp32":
        return Compute(told.device)
    return Compute(told.device, told.precision, "channels_last")  # as a profile takes it, too


def _packed(file: Path) -> list[dict[str, Any]]:
    """Empty where there is no pyarrow to read it: then the rows file alone says what is done."""
    try:
        return table.unpacked(file)
    except ImportError:
        return []


def _similarity(told: argparse.Namespace) -> int:
    from tlcore.making.grid import near

    for backbone in told.backbone:
        for name in told.data:
            row = near.row(backbone, name)
            rows.append(told.rows[0], row)
            _say(backbone, name, row["similarity"], row["word"])
    return 0


def _pack(files: Sequence[Path], into: Path) -> int:
    found = table.unpacked(into)
    for file in files:
        found += rows.read(file)
    count = table.pack(found, into)
    _say(f"{count} points in {into}, {into.stat().st_size / 1000:,.0f} kB")
    return 0


def _plan(asked: Sequence[Point], packed: Path) -> int:
    """Points and estimated CPU hours by backbone and size."""
    speed = _speed(packed)
    _say(f"{'backbone':10}{'pictures':>10}{'points':>8}{'CPU hours':>11}")
    for backbone, size in sorted({(point.backbone, point.size) for point in asked}):
        here = [p for p in asked if (p.backbone, p.size) == (backbone, size)]
        _say(f"{backbone:10}{size:>10,}{len(here):>8,}{_hours(here, speed):>11}")
    _say(f"{'all':10}{'':>10}{len(asked):>8,}{_hours(asked, speed):>11}")
    return 0


def _hours(asked: Sequence[Point], speed: float | None) -> str:
    return "-" if speed is None else f"{sum(p.work for p in asked) / speed / 3600:.1f}"


def _speed(packed: Path) -> float | None:
    """Multiply-adds a second and core: the median of what was measured on machines at rest."""
    known = [
        rows.point(row).work / row["cpu_seconds"]
        for row in _packed(packed)
        if row.get("kind") is None
        and (row["load"] or 0) <= BUSY
        and (row["watched"] == points.WATCHED or row["size"] > max(points.SIZES))
    ]
    return median(known) if known else None


def _print(told: argparse.Namespace) -> int:
    from tlcore.experiments.matrix.grid import printed

    grid = table.read(told.file)
    if told.readme:
        printed.write(grid, told.backbone)
    if told.table:
        _say(printed.cells(told.backbone[0]))
    for backbone in told.backbone:
        if told.advice:
            _say(printed.advice(grid, backbone))
        if told.regret:
            _say(printed.regret(grid, backbone))
    return 0


def _named(point: Point) -> tuple[object, ...]:
    return point.backbone, point.data, point.size, point.strategy, point.rate, point.seed


def _say(*told: object) -> None:
    print(*told, flush=True)  # noqa: T201 - a command line
