"""Who imports whom, read from the files: at the top and in functions."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path

from tests.nonempty import files_of


def modules(root: Path, *folders: str) -> dict[str, Path]:
    """Every module below these folders, by its dotted name; a package by that of its folder."""
    found = {}
    for folder in folders:
        for file in files_of(root, f"{folder}/**/*.py"):
            parts = file.relative_to(root).with_suffix("").parts
            found[".".join(parts[:-1] if parts[-1] == "__init__" else parts)] = file
    return found


def arrows(known: Mapping[str, Path], types: bool = False) -> dict[str, set[str]]:
    """module -> those of the known ones that it imports; `types`: for types alone, too."""
    walk = ast.walk if types else _of_use
    return {name: set(_targets(name, file, known, walk)) for name, file in known.items()}


def circles(arrows: Mapping[str, set[str]]) -> list[list[str]]:
    """Groups of modules that import one another, directly or by others (Tarjan 1972)."""
    low: dict[str, int] = {}
    place: dict[str, int] = {}
    waiting: list[str] = []
    found = []

    def visit(name: str) -> None:
        place[name] = low[name] = len(place)
        waiting.append(name)
        for other in sorted(arrows[name]):
            if other not in place:
                visit(other)
            if other in waiting:
                low[name] = min(low[name], low[other])
        if low[name] == place[name]:
            at = waiting.index(name)
            group = waiting[at:]
            del waiting[at:]
            if len(group) > 1:
                found.append(sorted(group))

    for name in sorted(arrows):
        if name not in place:
            visit(name)
    return found


def imported(nodes: Iterable[ast.AST]) -> Iterator[str]:
    """What these nodes import: a module, or a module's name behind a dot."""
    for node in nodes:
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def _targets(
    name: str,
    file: Path,
    known: Mapping[str, Path],
    walk: Callable[[ast.AST], Iterator[ast.AST]],
) -> Iterator[str]:
    for target in imported(walk(ast.parse(file.read_text(encoding="utf-8")))):
        while target and target not in known:
            target = target.rpartition(".")[0]
        if target and target != name:
            yield target


def _of_use(node: ast.AST) -> Iterator[ast.AST]:
    """Every node below, without what is imported for types alone."""
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.If) and ast.unparse(child.test) == "TYPE_CHECKING":
            continue
        yield child
        yield from _of_use(child)
