"""Options of those tools whose module loads torch: what `--help` says of them needs none of it."""

from __future__ import annotations

import argparse
from pathlib import Path

from tlcore import catalog
from tlcore.catalog import sides as sides_file
from tlcore.ground import option
from tlcore.ground.paths import ASSETS
from tlcore.ground.recipe import Knobs

SAMPLES = ASSETS / "samples"
UBYTE = "folder of the *-ubyte.gz files, or download"


def samples() -> argparse.ArgumentParser:
    about = "Write the sheets of Fashion-MNIST: the held-out garments, and those of the source."
    parser = argparse.ArgumentParser("python -m tlcore samples", description=about)
    parser.add_argument("--data", type=option.pictures, required=True, help=UBYTE)
    parser.add_argument("--out", type=Path, default=SAMPLES / "garments.png", help="PNG to write")
    source = SAMPLES / "clothing-source.png"
    parser.add_argument("--source-out", type=Path, default=source, metavar="PNG")
    return parser


def source() -> argparse.ArgumentParser:
    about = "Features of what a backbone was trained on, written again for weights that are there."
    parser = argparse.ArgumentParser("python -m tlcore source", description=about)
    parser.add_argument("name", choices=["clothing", "photo"])
    about = "as for python -m tlcore pretrain"
    parser.add_argument("--data", type=option.pictures, required=True, help=about)
    return parser


def sides() -> argparse.ArgumentParser:
    about = "Measure what the side of the pictures is worth to networks that may be shown several."
    parser = argparse.ArgumentParser("python -m tlcore sides", description=about)
    what = "of sets: <set>/train.parquet and test.parquet with the columns image and label"
    parser.add_argument("folder", type=option.folder, help=what)
    parser.add_argument("--readme", action="store_true", help="write the table beside it, and stop")
    known = [row.id for row in catalog.backbones().values() if row.sides]
    parser.add_argument("--backbones", nargs="+", choices=known, default=known[:1])
    parser.add_argument("--seeds", type=option.count, default=5)
    parser.add_argument("--file", type=Path, default=sides_file.FILE)
    return parser


def strips() -> argparse.ArgumentParser:
    about = "Write the strip of pictures that stands for a data set, for every set that is ours."
    parser = argparse.ArgumentParser("python -m tlcore strips", description=about)
    parser.add_argument("folder", type=option.folder, nargs="?", default=SAMPLES, help="where to")
    return parser


def sheet() -> argparse.ArgumentParser:
    about = "A contact sheet of a data set, a row for each class: to look at, or to print."
    usual = Knobs()
    parser = argparse.ArgumentParser("python -m tlcore sheet", description=about)
    parser.add_argument("name", choices=list(catalog.datasets()))
    parser.add_argument("--difficulty", type=option.share, default=usual.difficulty, help="0..1")
    parser.add_argument("--shift", type=option.share, default=usual.shift, help="0..1")
    parser.add_argument("--columns", type=option.count, default=12, help="pictures of each class")
    parser.add_argument("--zoom", type=option.count, default=2, help="times its size")
    parser.add_argument("--seed", type=int, default=0, help="which pictures")
    parser.add_argument("--out", type=option.file, required=True, metavar="FILE", help="a .png")
    return parser
