"""Regularisers on the page on learning rates: pairs that are trained, and what was recorded."""

import pytest

from pages.lab.learning_rate import effects as effects_view
from pages.lab.learning_rate import effects_figure
from pages.ui.runs.rate_words import points
from tests.pages.lab.learning_rate.house import BOTH, PAGE, waiting
from tests.pages.test_every_page import left_in_english
from tlcore import catalog
from tlcore.experiments.learning_rate import record as effects_record
from tlcore.experiments.learning_rate.record import WITHOUT, Found, Record, Step
from tlcore.ground import difference
from tlcore.training import effects
from tlcore.words import i18n


@BOTH
def test_a_setting_is_trained_in_pairs_and_its_effect_is_told(house, page, language, monkeypatch):
    monkeypatch.setattr(effects_record, "record", lambda: None)
    reader = page(language)
    reader.choose(f"{PAGE}.effects.effect", "dropout")
    reader.click(f"{PAGE}.effects.start")
    [run_id] = waiting(house, "pairs")
    assert house.run(run_id).spec["effect"] == "dropout"
    scores = {"without": [0.8, 0.81, 0.82], "with": [0.85, 0.86, 0.88]}
    house.answer(run_id, effect="dropout", accuracy=scores)
    reader.run()
    found = effects.of(*scores.values(), catalog.dataset("digits").test)
    assert effects_view.said("dropout", found) in reader.markdown()
    reader.choose(f"{PAGE}.effects.effect", "augment")
    assert reader.has(f"{PAGE}.effects.start")
    name = i18n.t("rates.effect.dropout", language)
    column = i18n.t("rates.effects.which", language)
    [table] = [f.value for f in reader.app.dataframe if column in f.value]
    assert list(table[column]) == [name]
    if language == "ko":
        assert left_in_english(reader.texts()) == []


def recorded(effect=0.0, seeds=5):
    """Dropout makes `effect` of a difference on the new task; the source loses half of it."""
    runs = {
        Step("digits", epochs, name, seed): Found(
            0.8 + 0.01 * seed + (effect if name == "dropout" else 0.001 * (-1) ** seed),
            0.9 - (effect / 2 if name == "dropout" else 0.001 * (-1) ** seed),
        )
        for epochs in (10, 40)
        for name in (WITHOUT, *effects.EFFECTS)
        for seed in range(seeds)
    }
    return Record({"machine": "A machine", "torch": "2.13", "train": 40}, runs)


@BOTH
def test_what_was_recorded_stands_beside_the_live_pair(house, page, language, monkeypatch):
    monkeypatch.setattr(effects_record, "record", lambda: recorded(0.05))
    reader = page(language)
    told = reader.markdown()
    half = points(recorded(0.05).target("digits", 10)["dropout"].half)
    one = i18n.t("rates.effect.dropout", language)
    dropout = i18n.t("rates.recorded.one", language, name=one, mean="5.0", half=half)
    assert i18n.t("rates.recorded.target.helps", language, names=dropout) in told
    assert told.count(i18n.t("rates.recorded.target.helps", language, names=dropout)) == 2
    reader.choose(f"{PAGE}.effects.effect", "dropout").click(f"{PAGE}.effects.start")
    [run_id] = waiting(house, "pairs")
    scores = {"without": [0.8, 0.81, 0.82], "with": [0.85, 0.86, 0.88]}
    house.answer(run_id, effect="dropout", accuracy=scores, source=scores)
    reader.run()
    column = i18n.t("rates.effects.series", language)
    [table] = [f.value for f in reader.app.dataframe if column in f.value]
    names = [i18n.t("rates.recorded.series", language, epochs=n, seeds=5) for n in (10, 40)]
    here = i18n.t("rates.effects.live", language, epochs=10, seeds=5)
    assert list(table[column]) == [
        series
        for name in effects.EFFECTS
        for series in (*names, *([here] if name == "dropout" else []))
    ]
    won = i18n.t("rates.effects.column.target", language)
    assert table[table[column] == here][won].tolist() == pytest.approx([16 / 3])
    assert left_in_english(reader.texts()) == [] or language == "en"
    reader.choose(f"{PAGE}.data", "garments")
    assert dropout not in reader.markdown()


def test_a_recording_without_a_difference_says_so_and_counts_the_comparisons(page, monkeypatch):
    monkeypatch.setattr(effects_record, "record", recorded)
    reader = page()
    said = i18n.t("rates.recorded.target.none", "en", names="", margin=difference.POINTS)
    assert reader.markdown().count(said.rstrip(". ")) == 2
    assert "Points won" not in reader.markdown()
    [caption] = [c.value for c in reader.app.caption if "A machine" in c.value]
    assert i18n.t("rates.recorded.chance", "en", count=24, expected="1.2") in caption


def test_the_two_figures_draw_each_series_with_its_interval(page):
    page()
    drawn = [
        effects_figure.Series(
            "a", effects_figure.marker(0), recorded(0.05).target("digits", 10), {}
        ),
        effects_figure.Series(
            "b", effects_figure.marker(1), {"dropout": effects.of([0.8, 0.8], [0.7, 0.6], 500)}, {}
        ),
    ]
    figure = effects_figure.figure(drawn, "target")
    first, second = figure["data"]
    assert len(first["x"]) == len(effects.EFFECTS)
    assert second["x"] == pytest.approx([-15])
    assert second["error_x"]["array"] == pytest.approx([100 * drawn[1].target["dropout"].half])
    apart = second["y"][0] - first["y"][list(effects.EFFECTS).index("dropout")]
    assert apart == pytest.approx(effects_figure.APART)
    low, high = figure["layout"]["xaxis"]["range"]
    assert low == -high <= second["x"][0] - second["error_x"]["array"][0]
    assert effects_figure.settings(drawn, "source") == []


def test_no_effect_is_an_answer(page):
    page()
    before = [0.8, 0.81, 0.82]
    none = effects_view.said("dropout", effects.of(before, [0.801, 0.81, 0.819], 1_000))
    assert "Dropout makes no difference of 2 points" in none
    few = effects_view.said("dropout", effects.of(before, [0.82, 0.79, 0.83], 1_000))
    assert "Too few pairs to say what Dropout does" in few
