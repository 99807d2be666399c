"""Says every command of the line wrong in every way: what it answered, and whether torch came in.

One process for all: `python -m tests.tlcore.command_walk` prints a JSON object a line.
"""

from __future__ import annotations

import argparse
import contextlib
import io
import json
import sys
from collections.abc import Iterator
from pathlib import Path

from tlcore.__main__ import PRETRAINED, commands, main

WRONG = "/no/such/thing"  # no number, no choice, and a file of a folder that is not there


class _Begun(Exception):
    """The parser that is about to read a tool's words."""


def _begin(parser: argparse.ArgumentParser, *_: object) -> None:
    raise _Begun(parser)


def _parser(words: list[str]) -> argparse.ArgumentParser:
    """A tool's own, caught before it reads anything."""
    read = argparse.ArgumentParser.parse_args
    argparse.ArgumentParser.parse_args = _begin  # type: ignore[assignment,method-assign]
    try:
        main(words)
    except _Begun as found:
        return found.args[0]  # type: ignore[no-any-return]
    finally:
        argparse.ArgumentParser.parse_args = read  # type: ignore[method-assign]
    raise SystemExit(f"{words}: began without reading its words")


def _wrong(parser: argparse.ArgumentParser) -> Iterator[list[str]]:
    """For each option that takes no free text: the option with what it cannot be."""
    for action in parser._actions:
        if action.choices or (action.type or str) not in (str, Path):
            yield [*action.option_strings[-1:], WRONG]


def _said(words: list[str]) -> dict[str, object]:
    with contextlib.redirect_stdout(io.StringIO()) as said, contextlib.redirect_stderr(said):
        try:
            code: object = main(words)
        except SystemExit as end:
            code = end.code
    return {
        "words": words,
        "code": code,
        "torch": "torch" in sys.modules,
        "said": len(said.getvalue()),
    }


def walk() -> Iterator[dict[str, object]]:
    known = commands()[1]
    names = [[name] for name in known] + [["pretrain", name] for name in PRETRAINED]
    for name in names:
        yield _said([*name, "--help"])
        yield _said([*name, "--no-such-option"])
        if name == ["pretrain"]:
            continue
        own = known[name[0]] if known[name[0]].add_help else _parser(name)
        for words in _wrong(own):
            yield _said([*name, *words])


if __name__ == "__main__":
    for line in walk():
        print(json.dumps(line), flush=True)  # noqa: T201 - a command line
