"""Forgetting beside the strips: what is left of the source, what only moved, what is lost."""

import pytest

from pages.lab.learning_rate import (
    forgetting as forgetting_view,
)
from pages.lab.learning_rate import (
    solved_anew as forgetting_anew,
)
from tests.pages.lab.learning_rate.house import BOTH, PAGE, strips, waiting, with_a_head_solved_anew
from tests.pages.test_every_page import left_in_english
from tlcore.experiments.learning_rate import reading as rate_strips
from tlcore.ground import difference
from tlcore.words import i18n


@BOTH
def test_what_is_left_of_the_source_stands_beside_the_target(house, page, language):
    reader = page(language)
    assert i18n.t("rates.source.wait", language) in [c.value for c in reader.app.caption]
    reader.click(f"{PAGE}.strips.start")
    [run_id] = waiting(house, "rates")
    house.answer(run_id, **strips())
    reader.run()
    values = {"rate": "0.0001", "share": "95%"}
    won = rate_strips.of(strips(), "all").difference(2, 0)
    told = {"won": f"{100 * won.mean:.1f}", "half": f"{100 * won.half:.1f}"}
    assert i18n.t("rates.source.gain", language, **values, **told) in reader.markdown()
    assert i18n.t("rates.source.target", language) in "".join(
        str(list(f.value.columns)) for f in reader.app.dataframe
    )


@pytest.mark.parametrize(
    ("left", "fate"),
    [([0.95] * 5, "kept"), ([0.5, 0.51] * 3, "forgot"), ([0.95, 0.6], "open")],
)
def test_a_loss_within_the_noise_is_not_called_forgetting(page, left, fate):
    page()
    target = rate_strips.Strip([1e-3, 1e-2], [[0.9, 0.91], [0.5, 0.52]])
    source = rate_strips.Strip(target.rates, [left, left])
    said = forgetting_view.said(target, source, 0.95)
    told = i18n.t(f"rates.source.{fate}", "en")
    assert all(told in line for line in said)


@pytest.mark.parametrize(
    ("scores", "key"),
    [
        ([0.7, 0.71, 0.72], "the target won"),
        ([0.899, 0.91, 0.93], "no harm from forgetting"),
        ([0.92, 0.88, 0.91], "too few to say"),
    ],
)
def test_whether_forgetting_harmed_is_asked_of_the_target(page, scores, key):
    page()
    target = rate_strips.Strip([1e-3, 1e-2], [scores, [0.9, 0.91, 0.93]])
    source = rate_strips.Strip(target.rates, [[0.95] * 3, [0.5, 0.51, 0.52]])
    best, _ = forgetting_view.said(target, source, 0.95)
    assert key in best
    assert "0.001" in best


@BOTH
def test_what_only_moved_is_drawn_and_told_apart_from_what_is_lost(house, page, language):
    reader = page(language).click(f"{PAGE}.strips.start")
    [run_id] = waiting(house, "rates")
    result = with_a_head_solved_anew()
    house.answer(run_id, **result)
    reader.run()
    floor = i18n.t("rates.source.floor", language, untaught="76%")
    assert floor in [c.value for c in reader.app.caption]
    # At 0.1, the sixth rate, the old head has 45 %, the one solved anew 90 %, of 95 % before.
    gone = difference.of_seeds([0.95] * 3, [0.9, 0.89, 0.91], 300)
    moved = difference.of_seeds([0.9, 0.89, 0.91], [0.45, 0.44, 0.46], 300)
    half = f"{100 * moved.half:.1f}"
    told = [
        i18n.t("rates.source.anew", language, anew="90%", moved="45.0", half=half),
        i18n.t("rates.source.moved.ahead", language),
        i18n.t("rates.source.gone.ahead", language, gone="5.0", half=f"{100 * gone.half:.1f}"),
    ]
    assert " ".join(told) in reader.markdown()
    columns = [list(f.value.columns) for f in reader.app.dataframe]
    assert any(i18n.t("rates.source.solved", language) in names for names in columns)
    if language == "ko":
        assert left_in_english(reader.texts()) == []


@BOTH
def test_strips_of_before_a_head_was_solved_anew_still_show(house, page, language):
    reader = page(language).click(f"{PAGE}.strips.start")
    [run_id] = waiting(house, "rates")
    house.answer(run_id, **strips())
    reader.run()
    assert reader.errors == []
    assert i18n.t("rates.source.old", language) in [c.value for c in reader.app.caption]
    columns = str([list(f.value.columns) for f in reader.app.dataframe])
    assert i18n.t("rates.source.source", language) in columns
    assert i18n.t("rates.source.solved", language) not in columns


@pytest.mark.parametrize(
    ("solved", "key"),
    [
        ([0.8, 0.81, 0.82], "ahead"),
        ([0.95, 0.949, 0.951], "equal"),
        ([0.99, 0.9, 0.93], "open"),
        ([0.97, 0.99, 0.98], "open"),  # more than before: nothing that the features lost
    ],
)
def test_what_the_features_lost_is_one_of_three_things(page, solved, key):
    page()
    old, anew = (rate_strips.Strip([1e-3], [found]) for found in ([0.5, 0.51, 0.52], solved))
    words = {"ahead": "themselves have lost ", "equal": "lost nothing", "open": "lost anything"}
    said = forgetting_anew.said(old, anew, 0, 0.95)
    assert [key for key, word in words.items() if word in said][-1] == key
    assert "That much had only moved" in said


def test_that_something_only_moved_is_said_beyond_the_noise_alone(page):
    page()
    anew = rate_strips.Strip([1e-3], [[0.8, 0.81, 0.82]])
    for old, word in (([0.9, 0.5, 0.75], "are too few"), ([0.8, 0.809, 0.821], "nothing had only")):
        said = forgetting_anew.said(rate_strips.Strip([1e-3], [old]), anew, 0, 0.95)
        assert word in said
        assert "That much had only moved" not in said


def test_both_heads_are_drawn_and_what_untaught_blocks_give(page):
    page()
    result = with_a_head_solved_anew()
    target = rate_strips.of(result, "all")
    old = rate_strips.Strip(target.rates, result["strips"]["all"]["source"])
    anew = forgetting_anew.of(result, target.rates)
    drawn = forgetting_view.figure(target, old, 0.95, anew, 0.7633)["data"]
    names = [i18n.t(f"rates.source.{name}", "en") for name in ("source", "solved", "untaught")]
    at = {line["name"]: line for line in drawn}
    assert [at[name]["y"][-1] for name in names] == pytest.approx([45, 90, 76.33])
    assert at[names[0]]["line"]["dash"] != at[names[1]]["line"]["dash"]
    assert len(forgetting_view.figure(target, old, 0.95, None, None)["data"]) == 3
