"""Finished runs for the tests of the exports: small ones, trained here by the engine itself."""

from __future__ import annotations

import dataclasses
import json
from pathlib import Path

from tlcore.data.sprite import write_sprite
from tlcore.ground.recipe import Compute
from tlcore.runs import spec
from tlcore.runs.run import Run
from tlcore.training import engine
from tlcore.training.engine import learned
from tlcore.training.transfer import fine_tune

STARTED = 1_790_000_000.0  # September 2026


def run_of(asked, compute=None, result=None, **changed):
    """A Run as the store tells it.  Fields that an export never reads are None."""
    values = dict.fromkeys(field.name for field in dataclasses.fields(Run))
    values |= {
        "id": "0123456789abcdef",
        "kind": "fine_tune",
        "spec": asked.model_dump(),
        "compute": dataclasses.asdict(compute or Compute()),
        "hash": "feed" * 16,
        "status": result["status"] if result else "running",
        "created": STARTED,
        "started": STARTED,
        "attempt": 1,
        "error_values": {},
        "result": result,
    }
    return Run(**values | changed)


def trained(folder: Path, compute=None, network=None, pictures=None, **settings):
    """(run, rows): one fine-tune, its rows as JSON brings them back, its files in `folder`."""
    asked = spec.parse({"data": "digits", "train_size": 40, "epochs": 3, **settings})
    compute = compute or Compute()
    pictures = pictures or fine_tune.load(asked)
    if network is None:
        network = fine_tune.network(asked, pretrained=asked.keep > 0)
    told = engine.train(
        network,
        pictures,
        asked.plan,
        asked.recipe,
        compute,
        learned_file=folder / learned.FILE,
    )
    rows = list(told)
    rows[-1]["sprite"] = write_sprite(pictures.test.images.numpy(), folder / "test.png")
    rows = json.loads(json.dumps(rows))
    return run_of(asked, compute, rows[-1]), rows
