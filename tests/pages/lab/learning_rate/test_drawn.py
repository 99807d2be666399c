"""The rates of the blocks as they are drawn: those of the optimiser, and in words."""

import pytest

from pages.lab.learning_rate import (
    drawn as rates_drawn,
)
from pages.ui.runs.rate_words import factor, rate
from tests.pages.lab.learning_rate.house import BOTH, PAGE
from tests.tlcore import toy
from tlcore.experiments.learning_rate.presets import ladder
from tlcore.ground.recipe import Recipe, everything
from tlcore.training.engine import optimizer
from tlcore.training.transfer import plan as plans
from tlcore.words import i18n


def test_the_rates_that_are_drawn_are_the_optimisers(page):
    page()
    spec = ladder(0.8).model_copy(update={"read": 4, "keep": 4, "lr": 2e-3})
    drawn = list(rates_drawn.of_blocks(spec).values())
    blocks = toy.backbone().blocks
    recipe = Recipe(lr=2e-3, layer_decay=0.8)
    rule = optimizer.build(blocks, plans.new_head(16, 3), everything(4), recipe)
    peaks = dict.fromkeys(group["peak"] for group in rule.param_groups)
    assert drawn == pytest.approx(list(peaks))


@BOTH
def test_another_decay_changes_what_is_drawn_and_goes_to_the_lab(house, page, language):
    reader = page(language)
    reader.choose(f"{PAGE}.ladder.decay", 1.0)
    told = {"first": "0.001", "last": "0.001", "head": "0.01", "times": "1.0", "blocks": 8}
    assert i18n.t("rates.ladder.flat", language, **told) in reader.markdown()
    reader.choose(f"{PAGE}.ladder.decay", 0.5)
    values = {"first": rate(1e-3 / 128), "last": "0.001", "head": "0.01", "times": "128.0"}
    assert i18n.t("rates.ladder.told", language, blocks=8, **values) in reader.markdown()
    reader.choose(f"{PAGE}.ladder.schedule", "constant")
    reader.click(f"{PAGE}.ladder.lab")
    assert (reader.draft["layer_decay"], reader.draft["schedule"]) == (0.5, "constant")


def test_rates_and_factors_in_words(page):
    page()
    assert [rate(v) for v in (1e-5, 0.000316, 0.1, 21.54)] == ["0.00001", "0.00032", "0.1", "22"]
    assert factor(2.45) == "280 times"
    assert factor(0.72) == "5.2 times"
