"""python -m tlcore break_it: in how many seeds each of the eight faults shows, and is cured.

Writes assets/evidence/break_it.json, which the page quotes (record.py), and for "too
little" break_arms.json beside it: four ways to learn from so few pictures (arms.py).  An
interrupted recording goes on.  Every rule is asked of every run: a symptom that other faults show
too would not be one.
"""

from __future__ import annotations

import argparse
import json
import os
import time
from collections.abc import Iterator, Sequence
from importlib import metadata
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from tlcore import catalog
from tlcore.experiments.break_it import arms, mishaps
from tlcore.experiments.break_it.mishaps import FAULTS
from tlcore.experiments.break_it.record import FILE, given, read, table
from tlcore.experiments.break_it.spec import BreakSpec
from tlcore.ground import machine, option, recorded


def measure(file: Path, seeds: int, faults: Sequence[mishaps.Fault]) -> Iterator[dict[str, Any]]:
    """Run what `file` lacks and tell each pair; a fault whose settings have changed begins anew."""
    found = read(file)
    for fault in faults:
        if found["settings"].get(fault) != given(fault):
            found["settings"][fault] = given(fault)
            found["runs"] = [run for run in found["runs"] if run["fault"] != fault]
    for seed in range(seeds):
        for fault in faults:
            if any((run["fault"], run["seed"]) == (fault, seed) for run in found["runs"]):
                continue
            run = pair(fault, seed)
            found["conditions"] = conditions()
            found["runs"].append(run)
            _write(file, found)
            yield run


def pair(fault: mishaps.Fault, seed: int) -> dict[str, Any]:
    """The broken run and its repair, and which rules fire on either."""
    from tlcore.experiments.break_it import run as break_run

    told, seconds = [], []
    for repaired in (False, True):
        began = time.process_time()
        with TemporaryDirectory() as folder:
            spec = BreakSpec(**mishaps.settings(fault, repaired, seed))
            *_, result = break_run.rows(spec, Path(folder), Path(folder))
        told.append(result)
        seconds.append(round(time.process_time() - began, 2))
    return {
        "fault": fault,
        "seed": seed,
        "shows": [other for other in FAULTS if mishaps.shows(other, told[0])],
        "repaired_shows": [other for other in FAULTS if mishaps.shows(other, told[1])],
        "cured": mishaps.cured(fault, *told),
        "end": [result["end"] for result in told],
        "source": [result["source"][-1] if result["source"] else None for result in told],
        "seconds": seconds,
    }


def measure_arms(file: Path, seeds: int) -> Iterator[dict[str, Any]]:
    """Run what `file` lacks of the four arms, seed by seed; other settings begin anew."""
    from tlcore.experiments.break_it import run as break_run

    found = arms.read(file)
    if found["settings"] != arms.given():
        found = {"conditions": {}, "settings": arms.given(), "runs": []}
    for seed in range(seeds):
        for arm in arms.ARMS.values():
            if any((run["arm"], run["seed"]) == (arm, seed) for run in found["runs"]):
                continue
            began = time.process_time()
            spec = BreakSpec(**arms.settings(arm, seed))
            with TemporaryDirectory() as folder:
                *_, result = break_run.rows(spec, Path(folder), Path(folder))
            run = {"arm": arm, "seed": seed, **{k: result[k] for k in ("asked", "chance")}}
            run |= {"learning": result["learning"], "again": result["end"]["again"]}
            run |= {"new": result["end"]["new"], "seconds": round(time.process_time() - began, 2)}
            found["conditions"] = conditions(("too_little",))
            found["runs"].append(run)
            _write(file, found)
            yield run


def conditions(faults: Sequence[mishaps.Fault] = FAULTS) -> dict[str, Any]:
    names = {
        BreakSpec(**mishaps.settings(fault, repaired)).backbone
        for fault in faults
        for repaired in (False, True)
    }
    return {
        "machine": machine.name(),
        "torch": metadata.version("torch"),
        "backbones": {name: catalog.backbone(name).fingerprint for name in sorted(names)},
    }


def _write(file: Path, found: dict[str, Any]) -> None:
    """Whole or not at all."""
    runs = ",\n  ".join(json.dumps(run) for run in found["runs"])
    heads = ",\n ".join(f'"{k}": {json.dumps(found[k])}' for k in ("conditions", "settings"))
    recorded.write(file, f'{{{heads},\n "runs": [\n  {runs}\n ]}}\n')


def main(argv: Sequence[str]) -> int:
    parser = argparse.ArgumentParser("python -m tlcore break_it")
    parser.add_argument("--seeds", type=option.count, default=10, help="0, 1, ... so many")
    parser.add_argument("--faults", nargs="*", default=list(FAULTS), choices=FAULTS)
    parser.add_argument("--file", type=Path, default=FILE)
    args = parser.parse_args(argv)

    from tlcore.runs.executors.environment import ENVIRONMENT

    os.environ.update(ENVIRONMENT)  # before torch is imported: one thread
    for run in measure(args.file, args.seeds, args.faults):
        marks = "shows" if run["fault"] in run["shows"] else "no symptom"
        print(run["fault"], run["seed"], marks, *run["seconds"], flush=True)  # noqa: T201
    if "too_little" in args.faults:
        for run in measure_arms(args.file.with_name(arms.FILE.name), args.seeds):
            print(run["arm"], run["seed"], run["new"], run["seconds"], flush=True)  # noqa: T201
    print(table(read(args.file)))  # noqa: T201 - a command line
    return 0
