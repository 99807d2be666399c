"""How cost grows, on the page "compare": what was recorded in words, and nothing without it."""

import pytest

from pages.lab.compare import scaling as scaling_view
from tests.pages.reader import Reader
from tlcore.experiments.scaling import reading as scaling
from tlcore.experiments.scaling.reading import AXES, ENDS, TOGETHER, Record, Step
from tlcore.words import i18n


@pytest.fixture
def recorded(monkeypatch):
    named = {axis: ENDS if axis in ("images", "epochs") else (TOGETHER,) for axis in AXES}
    seconds = {
        Step(axis, at, what, 0): at * 0.5
        for axis, counts in AXES.items()
        for at in counts
        for what in named[axis]
    }
    told = {"machine": "M", "torch": "2", "data": "garments", "images": 400, "epochs": 8}
    monkeypatch.setattr(scaling, "record", lambda: Record(told, seconds))


@pytest.mark.parametrize("language", i18n.LANGUAGES)
def test_each_axis_is_drawn_and_told(house, recorded, language):
    reader = Reader("compare", language)
    said = " ".join(block.value for block in reader.app.markdown)
    for axis in AXES:
        assert i18n.t(f"scaling.axis.{axis}", language) in said
    assert (
        i18n.t("scaling.times", language, more="16", dearer="16.0", first="50.0", last="800.0")
        in said
    )
    captions = [caption.value for caption in reader.app.caption]
    assert any(i18n.t("data.garments", language) in told for told in captions)


def test_without_a_recording_the_command_is_named(house, monkeypatch):
    monkeypatch.setattr(scaling, "record", lambda: None)
    reader = Reader("compare")
    assert i18n.t("scaling.nothing", "en") in [caption.value for caption in reader.app.caption]


def test_the_dotted_line_is_proportional_to_the_first_point(house, recorded):
    figure = scaling_view.figure(scaling.record().curves("images"))
    curve, line = figure["data"][:2]
    assert line["y"] == list(curve["y"])  # in this recording everything is proportional
    assert line["line"]["dash"] == "dot"
    assert [trace["showlegend"] for trace in figure["data"][1::2]] == [True, False]
