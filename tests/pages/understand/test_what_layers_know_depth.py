"""The freeze-depth curves as a reader meets them: question, curves, words, table, an own run."""

from types import SimpleNamespace

import pytest
from streamlit.testing.v1 import AppTest

from pages.ui.lesson import predict
from pages.understand.what_layers_know import depth_figure
from tests.pages.reader import Reader
from tests.pages.test_every_page import left_in_english
from tlcore.experiments.claims.depths import presets as preset
from tlcore.experiments.claims.depths import reading as depth_curves
from tlcore.experiments.claims.depths import yosinski
from tlcore.experiments.claims.depths.reading import BASE, SPLITS, Record, Step
from tlcore.words import i18n

T = i18n.texts("en")
BOTH = pytest.mark.parametrize("language", i18n.LANGUAGES)
TOLD = {"train": 2_000, "test": 5_000, "epochs": 6, "batch": 64, "lr": 2e-3, "machine": "toy"}
PAGE = "from pages.understand.what_layers_know import depth as depth_curves\ndepth_curves.show()\n"


def recording(lost):
    """lost(split, curve, n) in shares of 1; three seeds, half a point apart."""
    runs = {}
    for split, one in SPLITS.items():
        for seed, wiggle in enumerate((-0.005, 0.0, 0.005)):
            runs[Step(split, BASE, 0, seed)] = 0.9 + wiggle
            for curve in one.curves:
                for n in range(1, 9):
                    runs[Step(split, curve, n, seed)] = 0.9 + wiggle - lost(split, curve, n)
    return Record(TOLD, runs)


def usual(split, curve, n):
    """AnB falls by a point a block; BnB dips at 5 by three points; what learns gains one."""
    frozen = 0.03 * (n == 5) if curve == "BnB" else 0.01 * n
    return frozen if "+" not in curve else -0.01


@pytest.fixture
def page(house, monkeypatch):
    """page(language): the curves alone on a page, the question passed over."""
    monkeypatch.setattr(predict, "ask", lambda name: True)

    def page(language="en", record=None):
        shown = recording(usual) if record is None else record
        monkeypatch.setattr(depth_curves, "record", lambda: shown)
        app = AppTest.from_string(PAGE, default_timeout=30)
        app.session_state["language"] = language
        reader = object.__new__(Reader)
        reader.app, reader.name = app, "ada"
        return reader.run()

    return page


def sentences(reader):
    return "\n".join(m.value for m in reader.app.markdown)


def charts(reader):
    return [node.proto for node in reader.nodes() if node.type == "plotly_chart"]


@BOTH
def test_curves_are_drawn_said_and_tabled_in_the_readers_language(page, language):
    reader = page(language)
    texts = reader.texts()
    assert not [text for text in texts if text.startswith(("depths.", "predict."))]
    assert language == "en" or left_in_english(texts) == []
    assert len(charts(reader)) == 2
    assert len(reader.app.dataframe) == 2


def test_the_lowest_point_and_both_parts_of_the_loss_are_said(page):
    said = sentences(page())
    assert "BnB is lowest at n = 5: **87.0%** ± 1.2. At n = 8 it is 90.0% ± 1.2." in said
    assert "AnB is lowest at the last cut, n = 8: **82.0%** ± 1.2." in said
    assert "(co-adaptation) costs most at n = 5: **3.0** ± 0.0 points" in said
    assert "(specificity) cost most at n = 8: **8.0** ± 0.0 points" in said


def test_a_curve_ahead_of_the_base_is_said_in_pairs_with_its_interval(page):
    said = sentences(page(record=recording(lambda split, curve, n: -0.03 * (n == 4))))
    assert "At n = 4 AnB is ahead of the base by **3.0** ± 0.0 points, paired by seed" in said
    assert "ahead of the base" not in sentences(page(record=recording(lambda *_: -0.005)))


def test_too_few_runs_to_say_are_no_proof_that_nothing_is_lost(page):
    def noisy(split, curve, n):
        return 0.0

    found = recording(noisy)
    runs = {
        step: accuracy + (0.03 * (step.seed - 1) if step.curve == "BnB" else 0)
        for step, accuracy in found.runs.items()
    }
    said = sentences(page(record=Record(TOLD, runs)))
    for part in ("co_adaptation", "specificity"):
        assert T[f"depths.part.{part}.open"] in said


def test_no_loss_is_claimed_where_the_bands_show_none(page):
    said = sentences(page(record=recording(lambda split, curve, n: -0.01)))
    for part in ("co_adaptation", "specificity"):
        assert T[f"depths.part.{part}.none"].format(margin="2") in said


def test_another_pair_of_tasks_is_one_click_away(page):
    reader = page().choose("what_layers_know.depths.split", "different")
    assert reader.has("what_layers_know.depths.kind.different")
    table = reader.app.dataframe[0].value
    assert T["depths.published"].format(curve="AnB") in table.columns
    assert T["depths.published"].format(curve="BnB") not in table.columns  # none was published


def test_curves_that_learn_on_are_one_click_away(page):
    reader = page().choose("what_layers_know.depths.kind.similar", "tuned")
    table = reader.app.dataframe[0].value
    assert {"BnB+", "AnB+"} <= set(table.columns)
    assert len(charts(reader)) == 1  # only frozen copies have a loss to take apart


def test_the_published_values_stand_in_the_table_as_they_were_published(page):
    table = page().app.dataframe[0].value
    column = table[T["depths.published"].format(curve="AnB")]
    assert column[0] == pytest.approx(62.45)
    assert column[1:8].tolist() == pytest.approx([100 * y for y in yosinski.SIMILAR["AnB"]])


def test_a_drop_is_as_long_on_both_axes_and_both_bases_lie_at_one_height(house, monkeypatch):
    monkeypatch.setattr(depth_figure, "T", lambda key, **_: key)
    layout = depth_figure.figure(recording(usual), "similar", ("BnB", "AnB"))["layout"]
    ours, theirs = layout["yaxis"]["range"], layout["yaxis2"]["range"]
    assert ours[1] - ours[0] == pytest.approx(theirs[1] - theirs[0])
    assert 90 - ours[0] == pytest.approx(62.45 - theirs[0])


def test_no_two_lines_differ_by_colour_alone(house, monkeypatch):
    monkeypatch.setattr(depth_figure, "T", lambda key, **_: key)
    for curves in (("BnB", "AnB"), ("BnB+", "AnB+"), ("BnB", "AnB", "BnB+", "AnB+")):
        data = depth_figure.figure(recording(usual), "similar", curves)["data"]
        seen = [t for t in data if t.get("showlegend", True)]
        looks = {(t["line"]["dash"], t.get("marker", {}).get("symbol")) for t in seen}
        assert len(looks) == len(seen)


def test_one_depth_is_run_by_the_recordings_recipe_and_becomes_a_dot(page, house):
    reader = page().click("what_layers_know.depths.start")
    [run_id] = house.waiting()
    asked = house.run(run_id).spec
    assert asked == preset.DEEPEST.model_dump(mode="json")
    house.finish(run_id)
    said = sentences(reader.run())
    assert "Your run: **25.0%**" in said
    assert "82.0% ± 1.2 over 3 seeds" in said
    figure = charts(reader)[0].spec
    assert T["depths.live.dot"] in figure


@pytest.mark.parametrize(("curve", "keep", "freeze"), [("AnB+", 8, 0), ("base", 0, 0)])
def test_what_is_copied_can_be_chosen(page, house, curve, keep, freeze):
    reader = page().choose("what_layers_know.depths.curve", curve)
    reader.click("what_layers_know.depths.start")
    spec = house.run(house.waiting()[0]).spec
    assert (spec["keep"], spec["freeze"]) == (keep, freeze)


def test_without_a_recording_nothing_is_drawn(house, monkeypatch):
    from pages.understand.what_layers_know import depth as view

    monkeypatch.setattr(depth_curves, "record", lambda: None)
    assert not view.known()
    monkeypatch.setattr(depth_curves, "record", lambda: SimpleNamespace(splits=[]))
    assert not view.known()


def test_the_question_is_answered_by_the_curve(page, monkeypatch):
    told = []
    monkeypatch.setattr(predict, "told", lambda *given: told.append(given))
    page()
    page(record=recording(lambda split, curve, n: -0.01 * n))
    assert told == [("depth_curves", 2, 3), ("depth_curves", 3, 3)]
    assert len(predict.options("depth_curves")) == 4


def test_a_copy_above_the_base_is_said_where_its_band_is(page):
    said = sentences(page(record=recording(lambda split, curve, n: -0.04 if n == 3 else 0.01)))
    assert "At n = 3 AnB is ahead of the base by **4.0** ± 0.0 points" in said
    said = sentences(page(record=recording(lambda split, curve, n: 0.01)))
    assert "ahead of the base" not in said
