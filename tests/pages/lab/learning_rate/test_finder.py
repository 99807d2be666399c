"""The finder: a sweep suggests a rate, or nothing, and takes it to the lab."""

import math

from pages.ui.runs.rate_words import rate
from tests.pages.lab.learning_rate.house import BOTH, PAGE, waiting
from tests.pages.test_every_page import left_in_english
from tlcore.experiments.learning_rate import finder
from tlcore.experiments.learning_rate import reading as rate_strips
from tlcore.words import i18n


def sweep(**more):
    """As tlcore.experiments.learning_rate.run.finder tells it: falls around 0.003, least at 0.03,
    then explodes."""
    rates = rate_strips.grid(1e-6, 1, 61)
    logs = [math.log10(value) for value in rates]
    losses = [
        round(2.3 - 1.5 / (1 + math.exp(-6 * (x + 3))) + 30 * max(0, x + 1.5) ** 2, 4) for x in logs
    ]
    return {
        **{"backbone": "clothing", "data": "digits", "train": 100, "learns": "everything"},
        **{"rates": rates, "losses": losses, "stopped": "exploded", "stopped_at": 1.0},
        **more,
    }


@BOTH
def test_the_finder_suggests_a_rate_and_takes_it_to_the_lab(house, page, language):
    reader = page(language).click(f"{PAGE}.finder.start")
    [run_id] = waiting(house, "finder")
    assert house.run(run_id).spec["learns"] == "everything"
    house.answer(run_id, **sweep())
    reader.run()
    found = finder.suggest(sweep()["rates"], sweep()["losses"])
    assert found.rate is not None
    which = "agree" if found.agree else "apart"
    assert i18n.t(f"rates.finder.{which}", language, rate=rate(found.rate)) in reader.markdown()
    if language == "ko":
        assert left_in_english(reader.texts()) == []
    reader.click(f"{PAGE}.finder.lab")
    assert (reader.draft["lr"], reader.draft["freeze"], reader.draft["data"]) == (
        found.rate,
        0,
        "digits",
    )


def test_a_head_that_was_swept_takes_its_rate_to_the_head(house, page):
    reader = page()
    reader.choose(f"{PAGE}.finder.learns", "head_only")
    reader.click(f"{PAGE}.finder.start")
    [run_id] = waiting(house, "finder")
    assert house.run(run_id).spec["learns"] == "head_only"
    house.answer(run_id, **sweep(learns="head_only"))
    before = 1e-3
    reader.run().click(f"{PAGE}.finder.lab")
    assert reader.draft["freeze"] == 8
    assert reader.draft["lr"] == before
    assert reader.draft["head_lr"] != 1e-2


@BOTH
def test_a_sweep_in_which_nothing_fell_suggests_nothing(house, page, language):
    reader = page(language).click(f"{PAGE}.finder.start")
    [run_id] = waiting(house, "finder")
    house.answer(run_id, **sweep(losses=[2.3] * 61, stopped="end"))
    reader.run()
    assert i18n.t("rates.finder.nothing", language) in reader.markdown()
    assert not reader.has(f"{PAGE}.finder.lab")
