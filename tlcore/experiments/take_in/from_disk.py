"""A source on one's own machine (tlcore.data.own.sources) becomes a set of one's own.

The set is named by what is in it: the same files are the same set, and are not decoded again.
"""

from __future__ import annotations

import argparse
import hashlib
import sys
from collections.abc import Sequence
from pathlib import Path

from tlcore.catalog import own
from tlcore.data.own import own_edit, sources
from tlcore.experiments.take_in import run as take_in
from tlcore.ground import bounds
from tlcore.ground.errors import UserError
from tlcore.words import i18n

OWNER = "notebook"  # whose the sets are: no browser lists them


def bring(place: Path, groups: str | None = None) -> tuple[str, list[UserError]]:
    """The name of the set, and what is to be told: files that were refused ("own.file", file and
    why), and where only an even part was taken.

    Raises UserError: what `sources.listed` raises, own.too_many_classes, and what `own.check`
    raises.
    """
    with sources.listed(place.expanduser(), groups) as items:
        name = _name_of(items)
        try:
            own.check(own.read(name))
            return name, []
        except UserError:  # not here yet, or it was cut off
            own_edit.begin(name, OWNER)
        most = bounds.FOLDER_OWN
        taking = take_in.Taking(own.read(name), None, room=most.kept, most=most)
        for _ in taking.take(
            [
                take_in.Candidate(n, one.label, one.name, one.read, one.split, one.group)
                for n, one in enumerate(items)
            ]
        ):
            pass
        result = taking.result()
    told = [UserError("own.file", file=file, why=_why(key, values)) for file, key, values in
            result["refused"]]  # fmt: skip
    if sampled := result["sampled"]:
        told.insert(0, UserError(sampled[0], **sampled[1]))
    own.check(own.read(name))
    return name, told


def _why(key: str, values: dict[str, object]) -> str:
    return i18n.tell(UserError(key, **values), "en", "code")


def _name_of(items: Sequence[sources.Item]) -> str:
    lines = []
    for one in items:
        try:
            content = hashlib.sha256(one.read()).hexdigest()
        except UserError as error:  # refused again when it is taken
            content = error.key
        told = " ".join(word for word in (one.split, one.group) if word)
        lines.append(f"{one.label}/{one.name} {content} {told}".rstrip() + "\n")
    return f"own-{hashlib.sha256(''.join(sorted(lines)).encode()).hexdigest()[:32]}"


def options() -> argparse.ArgumentParser:
    about = "Make a data set of pictures on this machine, and print the name that runs take."
    parser = argparse.ArgumentParser("python -m tlcore import", description=about)
    what = "folder of classes (or of train, val, test), a zip of it, a CSV or Parquet table"
    parser.add_argument("source", type=Path, help=what)
    about = "column, or expression on file names: pictures that must stay on one side"
    parser.add_argument("--groups", metavar="COLUMN|PATTERN", help=about)
    return parser


def main(argv: Sequence[str], language: str = "en") -> int:
    args = options().parse_args(argv)
    name, told = bring(args.source, args.groups)
    say(told, language)
    row = own.row(name)
    sys.stderr.write(
        i18n.t(
            "command.imported",
            language,
            classes=len(row.classes),
            train=row.train_pool,
            val=row.val,
            test=row.test,
        )
        + "\n"
    )
    sys.stdout.write(f"{name}\n")
    return 0


def say(told: Sequence[UserError], language: str) -> None:
    """To standard error, a line each."""
    for error in told:
        sys.stderr.write(i18n.tell(error, language, "command") + "\n")
