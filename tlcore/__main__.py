"""python -m tlcore: the same runs without a browser, and the tools that make the material.

Nothing heavy is imported before a command is known: `--help` answers at once.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tlcore.ground.errors import UserError
from tlcore.making.commands import MAKING, PRETRAINED
from tlcore.runs import registry
from tlcore.runs.registry import Command

if TYPE_CHECKING:
    from tlcore.runs.run import Run
    from tlcore.runs.spec import FineTuneSpec

LANGUAGES = ["en", "ko"]


def main(argv: Sequence[str] | None = None) -> int:
    """Exit code: 0, 2 when the learner can act on what went wrong, 130 when interrupted."""
    words = list(sys.argv[1:] if argv is None else argv)
    parser, _ = commands("run" in words)
    tools = _tools()
    told, rest = parser.parse_known_args(words)
    tool = tools.get(told.command)
    if told.command == "pretrain":
        tool = PRETRAINED.get(told.name)
    elif rest and tool is None:
        parser.error(f"unrecognized arguments: {' '.join(rest)}")
    try:
        return _use(tool, rest, told.language) if tool else _do(told, rest)
    except UserError as error:
        from tlcore.words.i18n import tell

        print(tell(error, told.language, "command"), file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        _say(told.language, f"command.{tool.left if tool else _left(told)}")
        return 130
    except BrokenPipeError:  # `… --json | head`: whoever read has seen enough
        sys.stdout = open(os.devnull, "w")  # noqa: SIM115 - the interpreter flushes it on its way out
        return 0


def commands(
    run_options: bool = False,
) -> tuple[argparse.ArgumentParser, Mapping[str, argparse.ArgumentParser]]:
    """The parser, and what it knows by name; what a tool takes is read by the tool itself."""
    parser = argparse.ArgumentParser("python -m tlcore", description="transfer learning, by runs")
    parser.add_argument("--language", default="en", choices=LANGUAGES, help="of messages")
    found = parser.add_subparsers(dest="command", required=True)
    _add_run(found, run_options)
    dispatch = found.add_parser("dispatch", help="serve the queue of runs until asked to end")
    dispatch.add_argument("--worker", help="worker function, module:function")
    pretrain = found.add_parser(
        "pretrain", help="pre-train a backbone of this project", add_help=False
    )
    pretrain.add_argument("name", nargs="?", help=", ".join(PRETRAINED))
    for one in _tools().values():
        found.add_parser(one.name, help=one.about, add_help=False)
    for command in set(found.choices.values()):  # before or after the command: as one types it
        command.add_argument(
            "--language", default=argparse.SUPPRESS, choices=LANGUAGES, help="of messages"
        )
    return parser, found.choices


def _tools() -> dict[str, Command]:
    """What reads its words itself, by name: an experiment's, and what makes the assets."""
    return {one.name: one for one in MAKING} | registry.commands()


def _left(told: argparse.Namespace) -> str:
    """What it leaves when it is interrupted, where it is none of the tools."""
    if told.command != "run":
        return "stopped"
    return "run.kept" if told.save else "run.nothing"


def _say(language: str, key: str, **values: Any) -> None:
    """To standard error, so that rows on standard output stay rows."""
    from tlcore.words.i18n import t

    print(t(key, language, **values), file=sys.stderr)


def _do(told: argparse.Namespace, rest: list[str]) -> int:
    if told.command == "run":
        return _run(told)
    if told.command == "dispatch":
        from tlcore.ground.paths import data_dir
        from tlcore.runs import dispatcher

        return dispatcher.main(data_dir().absolute(), told.worker)
    if told.name is not None:
        raise UserError("pretrain.unknown", given=told.name[:40])
    lines = [f"  {one.name:<12}{one.about}" for one in PRETRAINED.values()]
    print("usage: python -m tlcore pretrain NAME [--help | options]", "", *lines, sep="\n")
    return 0 if {"-h", "--help"} & set(rest) else 2


def _use(tool: Command, words: list[str], language: str) -> int:
    if tool.options is not None:
        registry.at(tool.options)().parse_args(words)  # help, or a wrong word: before torch
    main = registry.at(tool.main)
    return int((main(words, language) if tool.speaks else main(words)) or 0)


def _path(text: str) -> Path:
    return Path(text).expanduser()


def _add_run(commands: Any, needed: bool) -> None:
    """One option for each field of the spec; the fields are read only when they are needed."""
    parser = commands.add_parser("run", help="fine-tune here and now, without the queue")
    parser.add_argument("--json", action="store_true", help="one JSON object a line")
    parser.add_argument("--save", type=Path, metavar="FILE", help="write the rows there as well")
    about = "leave what was learned there: weights, predict.py, a card"
    parser.add_argument("--out", type=_path, metavar="DIR", help=about)
    about = "of --data SOURCE, see python -m tlcore import --help"
    parser.add_argument("--groups", metavar="COLUMN|PATTERN", help=about)
    if not needed:
        return
    from typing import Literal, get_args, get_origin

    from tlcore.runs.spec import FineTuneSpec

    for name, field in FineTuneSpec.model_fields.items():
        if name == "kind":
            continue
        choices = get_args(field.annotation) if get_origin(field.annotation) is Literal else None
        parser.add_argument(
            f"--{name.replace('_', '-')}",
            dest=name,
            metavar="|".join(choices) if choices else name.upper(),
            help=f"{field.description} ({field.default})",
        )


def _run(told: argparse.Namespace) -> int:
    from tlcore.ground import machine
    from tlcore.ground.disk import make_folder
    from tlcore.ground.paths import data_dir
    from tlcore.runs import alone
    from tlcore.runs.spec import FineTuneSpec, parse, resolve, with_plan
    from tlcore.runs.store.store import Store
    from tlcore.training import quickest

    given = {
        name: value
        for name, value in vars(told).items()
        if name in FineTuneSpec.model_fields and value is not None
    }
    asked = parse(with_plan(_with_own(given, told)))
    assert isinstance(asked, FineTuneSpec)
    try:
        if told.out:
            _room_for(told.out)
        save = told.save.open("w", encoding="utf-8") if told.save else None
    except OSError as error:
        raise UserError("file.unwritable", path=error.filename, reason=error.strerror) from None
    profile = cache = None
    with contextlib.suppress(OSError, UserError):  # where neither can be used it runs all the same
        make_folder(data_dir())
        cache = data_dir() / "cache"
        profile = Store().profile(asked.backbone) if (data_dir() / "store.db").exists() else None

    from tlcore.runs.executors.environment import ENVIRONMENT

    os.environ.update(ENVIRONMENT)  # before torch is imported
    if asked.device == "cuda":  # refused before anything is downloaded or printed
        from tlcore.ground.recipe import Compute
        from tlcore.training.engine import place

        place.device(Compute(asked.device))

    from tlcore import catalog
    from tlcore.experiments.fetch import command as fetch_command

    # From scratch no weights are read; of a model for text its tokenizer all the same.
    reads = asked.keep > 0 or asked.backbone in catalog.texts()
    needs = [asked.data, *([asked.backbone] if reads else [])]
    own = ("own-", "texts-")
    fetch_command.needed([name for name in needs if not name.startswith(own)], told.language)
    # Behind the download: the hash names the weights that are here now.
    resolved = resolve(asked, quickest.choose(asked, profile), machine.name())
    from tlcore.training.transfer import fine_tune

    show = _show_json if told.json else _Table(asked, told.language)
    rows: list[dict[str, Any]] = []
    with tempfile.TemporaryDirectory() as scratch, save or contextlib.nullcontext():
        from tlcore.training.engine import learned

        folder, began = Path(scratch), time.time()
        file = folder / learned.FILE if told.out else None
        for row in fine_tune.rows_of(asked, resolved.compute, cache=cache, learned_file=file):
            show(row)
            rows.append(row)
            if save:
                save.write(json.dumps(row, allow_nan=False) + "\n")
        if told.out:
            _leave(told, alone.run_of(resolved, rows, began), rows, folder)
    return 0


def _with_own(given: dict[str, Any], told: argparse.Namespace) -> dict[str, Any]:
    """`--data` may be pictures on this machine: all of them, with the usual backbone for such,
    unless something else was asked for."""
    from tlcore import catalog

    known = {*catalog.datasets(), *catalog.text_datasets()}
    name, place = str(given.get("data", "")), Path(str(given.get("data", ""))).expanduser()
    here = bool(name) and name not in known and place.exists()
    if told.groups and not here:
        raise UserError("own.groups_of_nothing", given=name[:80] or "garments")
    if not here and not name.startswith("own-"):
        return given
    from tlcore.catalog import usual
    from tlcore.experiments.take_in import from_disk

    if here:
        name = from_disk.bring(place, told.groups, lambda e: from_disk.say(e, told.language))
    row = catalog.dataset(name)
    usually = {"backbone": usual.backbone(row.source), "train_size": row.train_pool}
    return {**usually, **given, "data": name}


def _room_for(out: Path) -> None:
    """Before hours of training: whether the files can be left there, and replace nobody's.

    Raises OSError, and UserError("file.not_empty", path).
    """
    out.mkdir(exist_ok=True)  # a slip in a long path makes no folders
    if any(out.iterdir()) and not (out / "weights.safetensors").is_file():
        raise UserError("file.not_empty", path=out)
    with tempfile.NamedTemporaryFile(dir=out):
        pass


def _leave(
    told: argparse.Namespace, run: Run, rows: Sequence[dict[str, Any]], folder: Path
) -> None:
    """The files of "weights", unpacked."""
    import zipfile

    from tlcore.experiments.export import files

    made = files.write("weights", run, rows, folder, told.language)
    try:
        with zipfile.ZipFile(made) as archive:
            archive.extractall(told.out)
    except OSError as error:
        told_of = {"path": error.filename or told.out, "reason": error.strerror or str(error)}
        raise UserError("file.unwritable", **told_of) from None
    _say(told.language, "command.left", folder=told.out)


def _show_json(row: dict[str, Any]) -> None:
    print(json.dumps(row, allow_nan=False, separators=(",", ":")), flush=True)


class _Table:
    """A line an epoch, for people."""

    def __init__(self, asked: FineTuneSpec, language: str = "en") -> None:
        self.asked, self.language = asked, language
        from tlcore import catalog

        pool = catalog.dataset(asked.data).train_pool
        told = f"{asked.train_size} of {pool} for training in {asked.data}"
        print(f"{asked.backbone} on {told}, {asked.plan}")

    def __call__(self, row: dict[str, Any]) -> None:
        if row["kind"] == "start":
            more = [f"{'source':>8}", f"{'re-solved':>9}"] if self.asked.forgetting else []
            heads = [f"{'epoch':>5} {'train loss':>10} {'val loss':>10} {'val acc':>8}", *more]
            print(*heads, f"{'s':>7}")
        elif row["kind"] == "epoch":
            losses = (_number(row[name], 10) for name in ("train_loss", "val_loss"))
            accuracy = _number(row["val_accuracy"], 8)
            widths = {"source_accuracy": 8, "source_solved": 9} if self.asked.forgetting else {}
            more = [_number(row.get(name), width) for name, width in widths.items()]
            print(f"{row['epoch']:>5}", *losses, accuracy, *more, f"{row['t']:7.2f}", flush=True)
        elif row["kind"] == "result":
            if row["status"] == "finished":
                low, high = row["interval"]
                print(f"test accuracy {row['test_accuracy']:.3f} (95%: {low:.3f} to {high:.3f})")
                self._compared(row)
                self._kept(row.get("kept"))
            if row["status"] == "diverged":
                from tlcore.runs import reading
                from tlcore.words import i18n

                told = reading.diverged(self.asked.model_dump(), row)
                print(i18n.t("result.diverged", self.language, **told))
            print(f"{row['status']} in {row['seconds']['total']:.2f} s")

    def _kept(self, kept: dict[str, Any] | None) -> None:
        """Which epoch's weights were tested, where that was a choice."""
        if kept is not None:
            early = ": no better one since the best" if kept["stopped"] else ""
            print(
                f"weights of epoch {kept['epoch']} (validation accuracy "
                f"{kept['val_accuracy']:.3f}; best epoch {kept['best']}); "
                f"ended after epoch {kept['of']} of {self.asked.epochs}{early}"
            )

    def _compared(self, row: dict[str, Any]) -> None:
        """What the score is set against, and what it hides where classes are unequal."""
        from tlcore.training import class_scores

        print(f"always the most frequent class: {class_scores.commonest(row['truth']):.3f}")
        if class_scores.unequal(row["confusion"]):
            shares = [score.found for score in class_scores.each(row["confusion"])]
            found = " ".join("-" if share is None else f"{share:.2f}" for share in shares)
            balanced = class_scores.balanced(row["confusion"])
            print(f"found of each class: {found}; mean (balanced accuracy) {balanced:.3f}")


def _number(value: float | None, width: int) -> str:
    return f"{'-':>{width}}" if value is None else f"{value:{width}.4f}"


if __name__ == "__main__":
    sys.exit(main())
