"""The real worker on the toy backbone and toy pictures: no catalogue, no weights file."""

from __future__ import annotations

from typing import Any

from tests.tlcore import toy
from tlcore.data import sets
from tlcore.experiments.explain.spec import ExplainSpec
from tlcore.experiments.export.spec import ExportSpec
from tlcore.experiments.profile.spec import ProfileSpec
from tlcore.networks import backbones
from tlcore.runs import worker
from tlcore.runs.executors.contract import Ending, Job, Link
from tlcore.runs.spec import FineTuneSpec, Spec

TARGET = "tests.tlcore.runs.toy_worker:work"
warm = worker.warm


def spec_of(values: dict[str, Any]) -> Spec:
    kinds = {"profile": ProfileSpec, "explain": ExplainSpec, "export": ExportSpec}
    made: Spec = kinds.get(values["kind"], FineTuneSpec).model_construct(**values)
    return made


def fine_tune(**values: Any) -> dict[str, Any]:
    """A spec of the toy: four blocks, 45 pictures."""
    plan = {"read": 4, "keep": 4, "freeze": 4}
    size = {"backbone": "toy", "data": "toy", "train_size": 45, "epochs": 3}
    return {"kind": "fine_tune", **size, **plan, **values}


def instead_of_the_catalogue() -> dict[tuple[Any, str], Any]:
    """What the worker asks for, and what it gets here."""
    return {
        (worker.spec, "parse"): spec_of,
        (sets, "load"): lambda name, size, seed, knobs=None: toy.images(size),
        (backbones, "build"): lambda name, pretrained=True, seed=0, side=None: toy.backbone(),
    }


def work(job: Job, link: Link) -> Ending:
    for (module, name), stand_in in instead_of_the_catalogue().items():
        setattr(module, name, stand_in)
    return worker.work(job, link)
