"""Specs: what is refused, what names a run, and the plan of a run to which nobody gave one."""

from typing import Any

import pydantic
import pytest

from tlcore import catalog
from tlcore.ground.errors import UserError
from tlcore.ground.recipe import TransferPlan
from tlcore.runs import spec
from tlcore.training import spec_base

RUN = "ab" * 16


def problems(**values):
    with pytest.raises(UserError) as caught:
        spec.parse(values)
    assert caught.value.key == "spec.invalid"
    return [key for key, _ in caught.value.values["problems"]]


@pytest.mark.parametrize("pictures", [{}, {"picture": 3, "upload": "cd" * 32}])
def test_an_explanation_is_of_one_picture(pictures):
    with pytest.raises(UserError) as caught:
        spec.parse({"kind": "explain", "run": RUN, **pictures})
    assert caught.value.values["problems"] == [("explain.one_picture", {})]


@pytest.mark.parametrize("upload", ["../../etc/passwd", "CD" * 32, "cd" * 31])
def test_an_upload_is_named_by_its_hash_and_nothing_else(upload):
    assert problems(kind="explain", run=RUN, upload=upload)


@pytest.mark.parametrize("run", ["", "..", RUN + "/", RUN.upper(), RUN[1:]])
def test_a_run_is_named_by_its_id_and_nothing_else(run):
    assert problems(kind="export", run=run)


def test_looking_at_a_run_has_a_slot_of_its_own_and_says_at_which_run():
    asked = spec.parse({"kind": "explain", "run": RUN, "picture": 3})
    found = spec.resolve(asked, spec.Compute(), "a machine")
    assert (found.lane, found.of) == ("quick", RUN)
    other = spec.parse({"kind": "explain", "run": "cd" * 16, "picture": 3})
    assert spec.resolve(other, spec.Compute(), "a machine").hash != found.hash


def test_a_setting_that_came_later_leaves_the_names_of_earlier_runs_as_they_were():
    """Their rows are found again; any other value of it is another run."""

    def hash_of(**values):
        return spec.resolve(spec.parse(values), spec.Compute(), "a machine").hash

    class Earlier(spec_base.Spec):
        kind: str = "fine_tune"

    told = spec.FineTuneSpec().model_dump(exclude={"kind", *spec.FineTuneSpec.since_when})
    earlier = pydantic.create_model(
        "Earlier", __base__=Earlier, **{k: (Any, v) for k, v in told.items()}
    )
    assert spec.hash_of(earlier(), spec.Compute(), "a machine") == hash_of()
    later = {"dropout": 0.1, "decay_to": "start", "unfreeze": "gradual", "forgetting": True}
    later |= {"bias_correction": "off", "schedule": "decay", "kept_epoch": "best", "patience": 3}
    for name, other in later.items():
        assert hash_of(**{name: other}) != hash_of(), name


@pytest.mark.parametrize("name", [*catalog.backbones(), *catalog.texts()])
def test_a_plan_that_nobody_gave_is_head_only_on_all_blocks_of_its_backbone(name):
    """From a link, a lesson or a notebook, and from the command line; the rows count what is built
    (test_catalogue.py)."""
    row = catalog.backbone(name)
    data = {"data": "reviews", "train_size": 40} if row.modality == "text" else {}
    whole = TransferPlan(len(row.blocks), len(row.blocks), len(row.blocks))
    made = spec.parse({"backbone": name, **data})
    assert made.plan == whole
    assert spec.parse(spec.with_plan({"backbone": name, **data})).plan == whole
    assert not made.unusual().keys() & {"read", "keep", "freeze"}
    part = spec.parse(spec.with_plan({"backbone": name, "freeze": "1", **data})).plan
    assert part == TransferPlan(len(row.blocks), len(row.blocks), 1)


@pytest.mark.parametrize(
    "plan", [TransferPlan(9, 9, 9), TransferPlan(9, 9, 8), TransferPlan(8, 8, 8)]
)
def test_a_link_brings_back_its_plan_whatever_the_backbones_usual_one_is(plan):
    sent = spec.FineTuneSpec(
        backbone="resnet18", read=plan.read, keep=plan.keep, freeze=plan.freeze
    )
    assert spec.parse({name: str(v) for name, v in sent.unusual().items()}) == sent


def test_a_link_of_before_that_left_out_the_eights_means_what_it_meant():
    assert spec.parse({"backbone": "resnet18", "read": "9", "keep": "9"}).plan.freeze == 8
