"""Options of those tools whose module loads torch: what `--help` says of them needs none of it."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from pathlib import Path

from tlcore import catalog
from tlcore.paths import ASSETS
from tlcore.recipe import Knobs

SAMPLES = ASSETS / "samples"


def samples() -> argparse.ArgumentParser:
    about = "Write the sheets of Fashion-MNIST: the held-out garments, and those of the source."
    parser = argparse.ArgumentParser("python -m tlcore samples", description=about)
    parser.add_argument("--data", required=True, help="folder of the *-ubyte.gz files, or download")
    parser.add_argument("--out", type=Path, default=SAMPLES / "garments.png", help="PNG to write")
    source = SAMPLES / "clothing-source.png"
    parser.add_argument("--source-out", type=Path, default=source, metavar="PNG")
    return parser


def source() -> argparse.ArgumentParser:
    about = "Features of what a backbone was trained on, written again for weights that are there."
    parser = argparse.ArgumentParser("python -m tlcore source", description=about)
    parser.add_argument("name", choices=["clothing", "photo"])
    parser.add_argument("--data", required=True, help="as for python -m tlcore pretrain")
    return parser


def strips() -> argparse.ArgumentParser:
    about = "Write the strip of pictures that stands for a data set, for every set that is ours."
    parser = argparse.ArgumentParser("python -m tlcore strips", description=about)
    parser.add_argument("folder", type=Path, nargs="?", default=SAMPLES, help="where to")
    return parser


def sheet() -> argparse.ArgumentParser:
    about = "A contact sheet of a data set, a row for each class: to look at, or to print."
    usual = Knobs()
    parser = argparse.ArgumentParser("python -m tlcore sheet", description=about)
    parser.add_argument("name", help=", ".join(catalog.datasets()))
    parser.add_argument("--difficulty", type=_share, default=usual.difficulty, help="0..1")
    parser.add_argument("--shift", type=_share, default=usual.shift, help="0..1")
    parser.add_argument("--columns", type=int, default=12, help="pictures of each class")
    parser.add_argument("--zoom", type=int, default=2, help="times its size")
    parser.add_argument("--seed", type=int, default=0, help="which pictures")
    parser.add_argument("--out", type=Path, required=True, metavar="FILE", help="a .png")
    return parser


def similarity() -> argparse.ArgumentParser:
    about = "Measure every set of the expected order, and print how each score ranks them."
    parser = argparse.ArgumentParser("python -m tlcore similarity", description=about)
    known = ["clothing", "photo"]
    parser.add_argument("--backbone", nargs="+", choices=known, metavar="NAME")
    parser.add_argument("--save", type=Path, metavar="FILE", help="write the result rows there")
    return parser


PARSERS: dict[str, Callable[[], argparse.ArgumentParser]] = {
    "samples": samples,
    "source": source,
    "strips": strips,
    "sheet": sheet,
    "similarity": similarity,
}


def _share(text: str) -> float:
    value = float(text)
    if not 0 <= value <= 1:
        raise argparse.ArgumentTypeError(f"{text} is not in 0..1")
    return value
