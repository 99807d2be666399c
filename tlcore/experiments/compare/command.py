"""python -m tlcore compare: the comparison of the page of that name, without a browser.

One seed after the other; the table and its verdict come last, or with --json every row as it comes.
A seed that was finished is kept: the same command, after a cut, measures the others only.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from tlcore import catalog
from tlcore.experiments.compare import reading as verdict
from tlcore.experiments.compare.reading import Verdict
from tlcore.experiments.compare.spec import CompareSpec
from tlcore.ground import machine, option, recorded
from tlcore.ground.disk import make_folder
from tlcore.ground.paths import data_dir
from tlcore.runs.spec import parse, resolve
from tlcore.training import quickest, strategies
from tlcore.words import i18n

_USUAL = CompareSpec()
Row = dict[str, Any]


def main(argv: Sequence[str], language: str = "en") -> int:
    parser = argparse.ArgumentParser("python -m tlcore compare", description=__doc__)
    fields = CompareSpec.model_fields
    for name, kind in (("backbone", str), ("data", str), ("epochs", int), ("lr", float)):
        about, default = fields[name].description or "id in the catalogue", getattr(_USUAL, name)
        parser.add_argument(f"--{name}", type=kind, default=default, help=f"{about} ({default})")
    sizes = f"training pictures, one size or several ({_listed(_USUAL.sizes)})"
    parser.add_argument("--sizes", type=int, nargs="+", default=_USUAL.sizes, help=sizes)
    known = strategies.names(len(catalog.backbone(_USUAL.backbone).blocks))
    among = f"({_listed(_USUAL.strategies)}); there are {', '.join(known)}"
    parser.add_argument("--strategies", nargs="+", default=_USUAL.strategies, help=among)
    parser.add_argument("--seeds", type=option.count, default=3, help="how many: 0, 1, ... (3)")
    parser.add_argument("--json", action="store_true", help="one JSON object a line")
    args = vars(parser.parse_args(argv))
    seeds, as_json = args.pop("seeds"), args.pop("json")
    specs = [parse({"kind": "compare", **args, "seed": seed}) for seed in range(seeds)]

    _say("asked", language, **_asked(specs))
    make_folder(data_dir())
    blocks = len(catalog.backbone(args["backbone"]).blocks)
    results = []
    for spec in specs:
        assert isinstance(spec, CompareSpec)
        row: Row = {}
        for row in _rows(spec, language):
            if as_json:
                print(json.dumps(row, allow_nan=False), flush=True)  # noqa: T201 - command line
            if row["kind"] == "scored":
                _say("seed", language, seed=spec.seed, **_score(row, blocks, language))
        results.append(row)
    if not as_json:
        for size, found in verdict.verdicts(results).items():
            print(table(size, found, blocks, language))  # noqa: T201
    return 0


def _listed(values: Sequence[object]) -> str:
    return " ".join(map(str, values))


def _asked(specs: Sequence[Any]) -> dict[str, Any]:
    """What is compared, and of how many pictures: a size is a part of what there is."""
    one = specs[0]
    return {
        **{"backbone": one.backbone, "data": one.data, "epochs": one.epochs},
        **{"strategies": len(one.strategies), "seeds": len(specs)},
        "sizes": ", ".join(f"{size:,}" for size in sorted(one.sizes)),
        "pool": f"{catalog.dataset(one.data).train_pool:,}",
    }


def _rows(spec: CompareSpec, language: str) -> Iterator[Row]:
    """Of one seed; its result alone where it was measured before, here and of the same settings."""
    named = resolve(spec, quickest.choose(spec, None), machine.name()).hash
    file = data_dir() / "cache" / "compare" / f"{named}.json"
    if known := recorded.read(file):
        _say("kept", language, seed=spec.seed, file=file)
        yield known
        return
    from tlcore.experiments.compare import run as compare_run  # and torch

    row: Row = {}
    # its folder is for what a run leaves, and a comparison leaves nothing
    for row in compare_run.rows(spec, data_dir(), Path()):
        yield row
    recorded.write(file, json.dumps(row, allow_nan=False))


def _score(row: Row, blocks: int, language: str) -> dict[str, Any]:
    accuracy = row["test_accuracy"]
    diverged = i18n.t("command.compare.diverged", language)
    return {
        "number": row["number"] + 1,
        "of": row["of"],
        "strategy": strategies.title(row["strategy"], blocks, language),
        "size": f"{row['size']:,}",
        "accuracy": diverged if accuracy is None else f"{accuracy:.1%}",
        "seconds": f"{row['seconds']:.1f}",
    }


def _say(what: str, language: str, **values: Any) -> None:
    """To standard error, so that rows on standard output stay rows."""
    print(i18n.t(f"command.compare.{what}", language, **values), file=sys.stderr)  # noqa: T201


def table(size: int, found: Verdict, blocks: int, language: str = "en") -> str:
    """One size as Markdown: the verdict in bold, a star at what is equal to the best, ? where the
    runs are too few to say."""
    heads = (
        *("compare.live.table.strategy", "result.accuracy", "matrix.spread", "compare.behind"),
        *("compare.cost.seconds", "lab.learning"),
    )
    lines = [i18n.t("compare.live.size", language, n=f"{size:,}"), ""]
    lines += ["| " + " | ".join(i18n.t(head, language) for head in heads) + " |", "|---" * 6 + "|"]
    for row in found.rows:
        mark = "**" if row is found.cheapest else "*" if row in found.equal else ""
        gap = found.gap(row) if row.whole and row is not found.best else None
        unsaid = "?" if row in found.open else ""
        cells = (
            f"{mark}{strategies.title(row.strategy, blocks, language)}{mark}{unsaid}",
            f"{100 * row.mean:.1f}%",
            "–" if row.half is None else f"± {100 * row.half:.1f}",
            "–" if gap is None else f"{100 * gap.mean:.1f} ± {100 * gap.half:.1f}",
            f"{row.seconds:.2f}",
            f"{row.learning:,}",
        )
        lines.append("| " + " | ".join(cells) + " |")
    return "\n".join(lines)
