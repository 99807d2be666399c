"""Options of `python -m tlcore pretrain NAME`: what `--help` says of them needs no torch.

What only the module with torch knows (the length of a course, threads, the folder) is None here and
filled in there by `filled`.
"""

from __future__ import annotations

import argparse
import ast
from collections.abc import Callable
from pathlib import Path
from typing import Any

from tlcore.catalog import objective_models
from tlcore.ground import option
from tlcore.ground.paths import ROOT

OBJECTIVES = (*objective_models.ORDER, "korean")  # English ones in the order of a lesson
_OUT = "folder of weights and card (default: this project's own)"


def about(name: str) -> str:
    """The opening of the module that does it, read and not imported."""
    text = (ROOT / "tlcore" / "making" / "pretrain" / f"{name}.py").read_text(encoding="utf-8")
    return ast.get_docstring(ast.parse(text)) or ""


def _parser(name: str) -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(f"python -m tlcore pretrain {name}", description=about(name))
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument(
        "--threads", type=option.count, help="CPU threads (default: as torch chooses)"
    )
    parser.add_argument("--out", type=Path, help=_OUT)
    return parser


def _pictures(name: str, kind: Callable[[str], object], data: str) -> argparse.ArgumentParser:
    parser = _parser(name)
    parser.add_argument("--data", type=kind, required=True, help=data)
    parser.add_argument("--epochs", type=option.count, help="(default: those of its recipe)")
    parser.add_argument("--device", choices=["cpu", "cuda"], default="cpu")
    parser.add_argument("--precision", choices=["fp32", "bf16"], default="fp32")
    return parser


def clothing() -> argparse.ArgumentParser:
    return _pictures("clothing", option.pictures, "folder of the *-ubyte.gz files, or download")


def photo() -> argparse.ArgumentParser:
    return _pictures("photo", option.folder, "folder of labelled pictures")


def _course(name: str) -> argparse.ArgumentParser:
    parser = _parser(name)
    parser.add_argument("--steps", type=option.count, help="of the whole course")
    parser.add_argument(
        "--minutes", type=_minutes, help="of this sitting; the course goes on later"
    )
    parser.add_argument("--resume", action="store_true", help="go on from the checkpoint")
    parser.add_argument("--checkpoints", type=Path, help="folder of checkpoints and read texts")
    return parser


def text() -> argparse.ArgumentParser:
    parser = _course("text")
    parser.add_argument("--objective", required=True, choices=OBJECTIVES)
    parser.add_argument("--precision", choices=["fp32", "bf16"], help="bf16 where it is faster")
    return parser


def prompts() -> argparse.ArgumentParser:
    return _course("prompts")


def filled(told: argparse.Namespace, **usual: Any) -> argparse.Namespace:
    """With the usual value where none was given."""
    for name, value in usual.items():
        if getattr(told, name) is None:
            setattr(told, name, value)
    return told


def _minutes(text: str) -> float:
    value = float(text)
    if value <= 0:
        raise argparse.ArgumentTypeError(f"{text} is not more than 0")
    return value
