"""Strategies as presets of one mechanism: plans, rates, words."""

import pytest

from tlcore.ground import recipe, variants
from tlcore.ground.errors import UserError
from tlcore.ground.recipe import TransferPlan
from tlcore.runs.spec import FineTuneSpec
from tlcore.training import strategies
from tlcore.words import i18n

BLOCKS = 8


@pytest.mark.parametrize("blocks", [2, 5, 8, 13])
def test_every_strategy_of_every_backbone_is_a_plan_in_order(blocks):
    for name in strategies.names(blocks):
        told = strategies.settings(name, blocks)
        assert TransferPlan(told["read"], told["keep"], told["freeze"]).in_order(blocks), name


def test_each_sets_the_same_fields_but_for_the_rate():
    """So that none is left with another one's settings, however often one changes one's mind."""
    spec = FineTuneSpec(layer_decay=0.5, head_start="solved", freeze=3)
    for name in strategies.names(BLOCKS):
        once = strategies.apply(name, spec)
        for other in strategies.names(BLOCKS):
            again = strategies.apply(name, strategies.apply(other, spec))
            # of a rate that a reader chose, and of a length, nothing is put back
            assert again.model_copy(update={"lr": once.lr, "epochs": once.epochs}) == once


def test_what_a_strategy_does_not_name_stays():
    spec = FineTuneSpec(data="digits", train_size=100, epochs=3, seed=7, lr=5e-4, batch=16)
    for name in strategies.names(BLOCKS):
        found = strategies.apply(name, spec)
        assert (found.data, found.seed, found.batch) == ("digits", 7, 16)
        assert found.epochs == (0 if name == "probe" else 3)  # a solved head takes no step
        row = variants.VARIANTS.get(name)
        own = strategies.BOLD if name == "scratch" else row.lr if row else None
        assert found.lr == (own or 5e-4), name


def test_peak_rates_are_told_of_those_in_whose_blocks_something_learns():
    still = ("probe", "head_only", "earlier", "norm_statistics")
    named = {
        5e-4: ["everything", "first_block", "from_3", "layer_decay"],
        strategies.BOLD: ["scratch"],
        variants.ADDED: ["lora", "adapters"],
        variants.OF_BIASES: ["biases"],
    }
    asked = ("lora", *still, *named[5e-4], "biases", "scratch", "adapters")
    found = strategies.peak_rates(asked, BLOCKS, 5e-4)
    assert (found, list(found)) == (named, sorted(named))
    for rate, names in named.items():
        assert {strategies.apply(name, FineTuneSpec(lr=5e-4)).lr for name in names} == {rate}
    assert strategies.peak_rates(still, BLOCKS, 5e-4) == {}


def test_depths_are_every_cut_between_the_head_and_everything():
    assert strategies.depths(4) == ("from_4", "from_3", "from_2")
    cuts = [strategies.settings(name, 4)["freeze"] for name in strategies.depths(4)]
    assert cuts == [3, 2, 1]
    assert strategies.find("from_9", BLOCKS) is None
    with pytest.raises(KeyError):
        strategies.settings("nothing", BLOCKS)


def test_the_plans_are_those_of_the_recipe():
    plans = recipe.strategies(BLOCKS)
    for name, plan in plans.items():
        told = strategies.settings(name, BLOCKS)
        assert (told["read"], told["keep"], told["freeze"]) == (plan.read, plan.keep, plan.freeze)


def test_a_spec_that_a_strategy_makes_is_checked_like_any_other():
    with pytest.raises(UserError):
        strategies.apply("everything", FineTuneSpec().model_copy(update={"train_size": 10**6}))


@pytest.mark.parametrize("language", i18n.LANGUAGES)
def test_each_has_its_words_and_its_source(language):
    titles = [strategies.title(name, BLOCKS, language) for name in strategies.names(BLOCKS)]
    assert len(set(titles)) == len(titles)
    for name in strategies.names(BLOCKS):
        assert strategies.about(name, BLOCKS, language).endswith(".")
        found = strategies.find(name, BLOCKS)
        assert found is not None
        assert found.source
