"""python -m tlcore fetch: download backbones and data sets the evening before."""

from __future__ import annotations

import argparse
import contextlib
import sys
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TextIO

from tlcore import catalog
from tlcore.catalog import hub, stored
from tlcore.experiments.fetch import run as downloads
from tlcore.experiments.fetch.spec import FetchSpec
from tlcore.ground.disk import make_folder
from tlcore.ground.errors import UserError
from tlcore.ground.paths import data_dir
from tlcore.words import i18n


def main(argv: Sequence[str], language: str = "en") -> int:
    """Exit code: 0 when everything asked for is there, 2 when something is not."""
    parser = argparse.ArgumentParser("python -m tlcore fetch", description=__doc__)
    parser.add_argument("names", nargs="*", metavar="NAME", help="of a backbone or a data set")
    parser.add_argument("--all-backbones", action="store_true", help="every backbone for pictures")
    parser.add_argument("--list", action="store_true", help="what there is, and what is here")
    args = parser.parse_args(list(argv))
    names = list(dict.fromkeys(args.names + (list(catalog.backbones()) * args.all_backbones)))
    for name in names:
        stored.is_backbone(name)  # a name that is unknown is told before anything is downloaded
    if args.list or not names:
        sys.stdout.writelines(f"{line}\n" for line in _listed(language))
        return 0
    make_folder(data_dir())
    failed = 0
    for name in names:
        try:
            fetch(name, sys.stdout, language)
        except UserError as error:  # the others may be had all the same
            failed += 1
            sys.stderr.write(f"{name}: {i18n.tell(error, language, 'command')}\n")
    return 2 if failed else 0


def needed(names: Iterable[str], language: str) -> None:
    """Before a run on the command line: what it needs and is not here.  To standard error, so that
    rows on standard output stay rows."""
    for name in names:
        if not stored.present(name):
            fetch(name, sys.stderr, language)


def fetch(name: str, out: TextIO, language: str) -> None:
    """One download with a line that grows; raises what `downloads.rows` raises."""
    what = "backbone" if stored.is_backbone(name) else "data"
    asked = FetchSpec.model_validate({"what": what, "name": name})
    live, shown = out.isatty(), ""
    rows = downloads.rows(asked, data_dir(), Path())
    with contextlib.closing(rows):  # type: ignore[type-var]
        for row in rows:
            if row["kind"] == "result":
                key = "fetch.already" if row["already"] else "fetch.done"
                line = i18n.t(key, language, name=name, mb=f"{row['bytes'] / 2**20:.1f}")
                out.write(("\r" if live else "") + line.ljust(len(shown)) + "\n")
            elif live:
                shown = _progress(name, row, language).ljust(len(shown))
                out.write("\r" + shown)
            out.flush()


def _progress(name: str, row: downloads.Row, language: str) -> str:
    scale = 1 if row["stage"] == "decode" else 2**20
    done = f"{row['done'] / scale:.0f}"
    of = "?" if row["of"] is None else f"{row['of'] / scale:.0f}"
    return i18n.t(f"fetch.{row['stage']}", language, name=name, file=row["file"], done=done, of=of)


def _listed(language: str) -> Iterable[str]:
    for name in (*catalog.backbones(), *hub.REPOS, *catalog.datasets()):
        if not stored.needs_download(name):
            state = i18n.t("fetch.built_in", language)
        elif stored.present(name):
            state = i18n.t("fetch.here", language, mb=f"{stored.bytes_on_disk(name) / 2**20:.1f}")
        else:
            size = catalog.backbone(name).megabytes if stored.is_backbone(name) else None
            state = i18n.t("fetch.absent", language, mb="?" if size is None else f"{size:.0f}")
        yield f"{name:<23} {state}"
