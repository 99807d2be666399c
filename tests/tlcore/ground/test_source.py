"""What a page prints as the code that ran is the text of the function that runs."""

import inspect

import pytest

from tlcore.experiments.break_it.run import untaught
from tlcore.ground import source
from tlcore.training.engine.train import train
from tlcore.training.transfer import plan


def test_the_cut_text_is_the_text_of_the_function_itself():
    assert (
        source.function("tlcore.training.transfer.plan", "apply").strip()
        == inspect.getsource(plan.apply).strip()
    )
    # the last lies in the file of a package
    for ran in (train, plan.Standardise, untaught):
        assert source.text_of(ran).strip() == inspect.getsource(ran).strip()


def test_a_name_that_is_not_there_is_a_bug_and_says_so():
    with pytest.raises(LookupError, match="no top-level nothing"):
        source.function("tlcore.training.transfer.plan", "nothing")
