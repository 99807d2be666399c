"""A source on one's own machine (tlcore.data.own.sources) becomes a set of one's own.

The set is named by what is in it: the same files are the same set, and are not decoded again.
"""

from __future__ import annotations

import argparse
import hashlib
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

import filelock

from tlcore.catalog import own
from tlcore.data.own import own_edit, sources
from tlcore.experiments.take_in import run as take_in
from tlcore.ground import bounds
from tlcore.ground.errors import UserError
from tlcore.words import i18n

OWNER = "notebook"  # whose the sets are: no browser lists them
NAMED = 10  # classes that are named


def bring(
    place: Path, groups: str | None = None, tell: Callable[[UserError], None] = lambda _: None
) -> str:
    """The name of the set.  `tell` hears of files that were refused ("own.file", file and why), and
    where only an even part was taken, before anything is raised.

    Raises UserError: what `sources.listed` raises, own.too_many_classes, and what `own.check`
    raises.
    """
    with sources.listed(place.expanduser(), groups) as items:
        name = _name_of(items)
        lock = own.folder(name).with_suffix(".lock")  # or two at once take each other's files away
        lock.parent.mkdir(parents=True, exist_ok=True)
        with filelock.FileLock(lock):
            if not _whole(name):  # not here yet, or it was cut off
                _take(name, items, tell)
    own.check(own.read(name))
    return name


def _whole(name: str) -> bool:
    try:
        found = own.read(name)
        own.check(found)
    except UserError:
        return False
    folder = own.folder(name)
    return all((folder / picture.file).is_file() for picture in found.pictures)


def _take(name: str, items: Sequence[sources.Item], tell: Callable[[UserError], None]) -> None:
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
    if sampled := result["sampled"]:
        tell(UserError(sampled[0], **sampled[1]))
    for file, key, values in result["refused"]:
        known = "own.no_label" if key == "own.no_folder" else key  # that one speaks of a zip
        why = i18n.tell(UserError(known, **values), "en", "code")
        tell(UserError("own.file", file=file, why=why))


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
    name = bring(args.source, args.groups, lambda error: say(error, language))
    row, found = own.row(name), own.read(name)
    sys.stderr.write(
        i18n.t(
            "command.imported",
            language,
            classes=len(row.classes),
            names=", ".join(row.classes[:NAMED]) + ("…" if len(row.classes) > NAMED else ""),
            train=row.train_pool,
            val=row.val,
            test=row.test,
        )
        + "\n"
    )
    if args.groups:
        count = len({picture.group for picture in found.pictures if picture.group})
        sys.stderr.write(i18n.t("command.groups", language, count=count) + "\n")
    sys.stdout.write(f"{name}\n")
    return 0


def say(error: UserError, language: str) -> None:
    """To standard error, a line each."""
    sys.stderr.write(i18n.tell(error, language, "command") + "\n")
