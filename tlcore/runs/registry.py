"""The experiments that there are: every folder of tlcore/experiments, found and not listed.

A folder's __init__.py holds names only.  What a name stands for is imported when it is asked for:
`--help` and a page's process never load what only a worker needs.
"""

from __future__ import annotations

import dataclasses
import importlib
import pkgutil
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any, Literal

if TYPE_CHECKING:
    from tlcore.runs.presets import Preset
    from tlcore.training.spec_base import Spec

PACKAGE = "tlcore.experiments"


class Misplaced(Exception):
    """A folder of tlcore/experiments is not what it has to be: which, and what to do."""


@dataclass(frozen=True)
class Command:
    """`python -m tlcore NAME`.  `main` and `options` are "module:function": main(argv) does the
    work, and where its module loads torch, `options` makes its parser without."""

    name: str
    main: str
    about: str  # one line of help
    options: str | None = None
    left: str = "stopped"  # what an interrupted one leaves: a text under `command.`
    speaks: bool = False  # main(argv, language)


@dataclass(frozen=True)
class Experiment:
    """Where the parts of an experiment lie, as "module:name".

    Without a kind nothing is queued: it is measured from the command line, or read only.
    """

    kind: str | None = None
    spec: str | None = None  # a class (tlcore.training.spec_base.Spec); no torch
    rows: str | None = None  # rows(spec, data_dir, folder) -> rows, the result last
    work: str | None = None  # instead of rows: work(spec, job, link, store) -> Ending
    warm: str | None = None  # what a quick worker imports while it waits for its first job
    read: str | None = None  # the module that says what rows say; no torch
    presets: str | None = None  # a tuple of tlcore.runs.presets.Preset; no torch
    command: Command | None = None
    listed: bool = False  # readers have a list of these runs, and the room a bound and a count
    rests: bool = False  # its worker saves a state to go on from: it may pause, and make room
    short: bool = False  # quickly made again: forgotten a day after it has ended
    measures: bool = False  # the machine, for the app: its figures are not a run's result
    folder: str = ""  # filled in by who finds it


@cache
def experiments() -> tuple[Experiment, ...]:
    """All of them, by the names of their folders.  Raises Misplaced."""
    package = importlib.import_module(PACKAGE)
    folders = sorted(module.name for module in pkgutil.iter_modules(package.__path__))
    listed = tuple(experiment for folder in folders for experiment in _of(folder))
    _once("kind", ((one.kind, one.folder) for one in listed))
    _once("command", ((one.command.name, one.folder) for one in listed if one.command))
    return listed


def kinds() -> dict[str, Experiment]:
    """Those that are queued, by their kind of run."""
    return {one.kind: one for one in experiments() if one.kind is not None}


def kinds_that(trait: Literal["listed", "rests", "short", "measures"]) -> tuple[str, ...]:
    """The kinds of which this is true."""
    return tuple(kind for kind, one in kinds().items() if getattr(one, trait))


def warm() -> tuple[str, ...]:
    """Modules that take so long to import that it is done while nobody waits."""
    return tuple(one.warm for one in experiments() if one.warm is not None)


def commands() -> dict[str, Command]:
    """What can be measured from the command line, by its word there."""
    return {one.command.name: one.command for one in experiments() if one.command is not None}


def presets() -> list[tuple[Preset, ...]]:
    """What lessons name of each experiment.  Raises Misplaced."""
    return [part(one, "presets") for one in experiments() if one.presets is not None]


def spec(kind: object) -> type[Spec] | None:
    """The class of this kind of run's specs, if there is such a kind.  Raises Misplaced."""
    experiment = kinds().get(kind) if isinstance(kind, str) else None
    if experiment is None:
        return None
    made: type[Spec] = part(experiment, "spec")
    given = made.model_fields["kind"].default
    if given != kind:
        raise Misplaced(
            f"{experiment.folder}: {experiment.spec} is of kind {given!r} and its folder says "
            f"{kind!r}; give both the same name."
        )
    return made


def part(experiment: Experiment, name: str) -> Any:
    """What stands at a place: a class, a function, a tuple, a module.  Raises Misplaced."""
    place = getattr(experiment, name)
    try:
        return at(place)
    except (ModuleNotFoundError, AttributeError) as error:
        missing = f"{error.name}." if isinstance(error, ModuleNotFoundError) else ""
        if not place.replace(":", ".").startswith(missing):
            raise  # it is there, and something that it imports is not
        raise Misplaced(
            f"{experiment.folder}: its {name} is not at {place}; write it there, or mend the name."
        ) from error


def at(place: str) -> Any:
    """What "module:name" stands for, or "module"."""
    module, _, name = place.partition(":")
    found = importlib.import_module(module)
    return getattr(found, name) if name else found


def _of(folder: str) -> list[Experiment]:
    """What one folder names: EXPERIMENT, or several EXPERIMENTS."""
    module = importlib.import_module(f"{PACKAGE}.{folder}")
    where = f"{PACKAGE.replace('.', '/')}/{folder}"
    one = getattr(module, "EXPERIMENT", None)
    listed = [one] if one else list(getattr(module, "EXPERIMENTS", ()))
    if not listed:
        raise Misplaced(f"{where}: its __init__.py names no EXPERIMENT; name its parts there.")
    for experiment in listed:
        if fault := _lacks(experiment):
            raise Misplaced(f"{where}: {fault}")
    return [dataclasses.replace(experiment, folder=where) for experiment in listed]


def _lacks(experiment: Experiment) -> str | None:
    """The part without which it is none, in a sentence."""
    if experiment.kind is None:
        some = experiment.command or experiment.presets
        return None if some else "it has neither a kind nor a command nor presets; name one."
    if experiment.spec is None:
        return f"{experiment.kind!r} has no spec; name the class that says what may be asked."
    if (experiment.rows is None) == (experiment.work is None):
        return f"{experiment.kind!r} needs rows, or work, and not both; name what a worker calls."
    return None


def _once(what: str, named: Iterable[tuple[str | None, str]]) -> None:
    seen: dict[str, str] = {}
    for name, folder in named:
        if name in seen:
            raise Misplaced(
                f"{folder}: the {what} {name!r} is there already, in {seen[name]}; "
                "find another name for one of them."
            )
        if name is not None:
            seen[name] = folder
