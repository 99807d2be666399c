"""The source of a function, cut from its file by name: what a page shows is what ran.

Read with `ast`, never imported: pages show torch code without loading torch.
"""

from __future__ import annotations

import ast
from collections.abc import Callable
from functools import cache
from typing import Any

from tlcore.ground.paths import ROOT


def text_of(ran: Callable[..., Any]) -> str:
    """Of a top-level function or class that one has."""
    return function(ran.__module__, ran.__name__)


@cache
def function(module: str, name: str) -> str:
    """Text of top-level function `name` of `module`, e.g. ("tlcore.training.engine.train",
    "train")."""
    place = ROOT / module.replace(".", "/")
    file = place / "__init__.py" if place.is_dir() else place.with_suffix(".py")
    text = file.read_text(encoding="utf-8")
    for node in ast.parse(text).body:
        if isinstance(node, ast.FunctionDef | ast.ClassDef) and node.name == name:
            return "\n".join(text.splitlines()[node.lineno - 1 : node.end_lineno])
    raise LookupError(f"{module} has no top-level {name}")
