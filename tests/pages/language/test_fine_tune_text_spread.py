"""Many seeds on the page: what is said, what is drawn, in both languages; lost runs are counted."""

import pytest

from pages.language.fine_tune_text import spread as text_spread
from tests.pages.reader import Reader
from tests.pages.test_every_page import left_in_english
from tlcore import catalog
from tlcore.catalog import packaged
from tlcore.experiments.text.ways import PARTS, difference, summary
from tlcore.words import i18n

BOTH = pytest.mark.parametrize("language", i18n.LANGUAGES)
PAGE = "fine_tune_text"
T = i18n.texts("en")
SCORES = {
    "plain": [0.71, 0.72, 0.60, 0.75],
    "warm_up": [0.72, 0.73, 0.71, 0.74],
    "ladder": [0.60, 0.71, 0.73, 0.70],
    "both": [0.70, 0.71, 0.705, 0.70],
    "decay": [0.66, 0.65, 0.70, 0.69],
    "uncorrected": [0.55, 0.62, 0.56, 0.65],
    "uncorrected_warm_up": [0.61, 0.62, 0.60, 0.63],
    "longer": [0.73, 0.70, 0.72, 0.72],
    "head": [0.68, 0.68, 0.67, 0.69],
}


def result(**changed):
    scores = {**SCORES, **changed}
    ways = [{"way": way, **summary(found, 0.6)} for way, found in scores.items()]
    against = [
        {"way": way, **difference(found, scores["plain"])}
        for way, found in scores.items()
        if way != "plain"
    ]
    parts = [
        {"part": part, **difference(scores[way], scores[than])}
        for part, (way, than) in PARTS.items()
    ]
    told = {
        "ways": ways,
        "against": against,
        "parts": parts,
        "longer": 40,
        "labels": 40,
        "epochs": 6,
        "seeds": 4,
        "asked": 225,
    }
    return {**told, "chance": 0.54, "floor": 0.6, "lr": 0.001, "ladder": 0.65}


@BOTH
def test_every_seed_is_shown_and_a_narrow_sample_says_it_cannot_tell(house, monkeypatch, language):
    monkeypatch.setattr(packaged, "present", lambda name: True)
    assert text_spread.SPREAD.backbone in catalog.texts()
    reader = Reader(PAGE, language, cookie="me").click(f"{PAGE}.spread.start")
    [run_id] = [i for i in house.waiting() if house.run(i).kind == "text_spread"]
    house.answer(run_id, **result())
    reader.run()
    assert reader.errors == []
    told = " ".join(element.value for element in reader.app.markdown)
    assert i18n.texts(language)["spread.way.both"] in told
    if language == "ko":
        assert left_in_english(reader.texts()) == []


def test_readings_say_no_more_than_the_intervals_do():
    found = text_spread.readings(result())
    assert found[0].startswith("With one rate throughout: 70%")
    assert "failed runs: 1" in found[0]
    assert any(f"**{T['spread.way.both']}**" in line for line in found)
    assert any(line.startswith("Correcting the bias") and "surely better" in line for line in found)
    assert any(line.startswith("The rise alone") for line in found)
    assert found[-1].startswith("40 epochs instead of 6")
    assert found[-1].endswith("too few runs to say.")
    lost = text_spread.readings(result(plain=[None, None, None, 0.7]))
    assert lost == [i18n.t("spread.told.lost", "en", failed=3, seeds=4)]


def test_a_result_of_before_the_parts_were_measured_is_still_told():
    old = result()
    old["ways"] = [way for way in old["ways"] if way["way"] in ("plain", "warm_up", "both", "head")]
    old = {name: told for name, told in old.items() if name not in ("parts", "longer")}
    assert text_spread.readings(old)[0].startswith("With one rate throughout: 70%")
    assert len(text_spread.figure(old)["data"][0]["x"]) == 16


def test_each_run_is_a_dot_and_a_diverged_one_stands_in_the_table():
    told = result(warm_up=[0.7, None, 0.71, 0.72])
    dots = text_spread.figure(told)["data"][0]
    assert len(dots["x"]) == 35
    rows = text_spread.table(told).set_index(T["spread.column.way"])
    assert rows.loc[T["spread.way.warm_up"], T["spread.column.seeds"]] == "70 × 71 72"
    assert rows.loc[T["spread.way.warm_up"], T["spread.column.failed"]] == 1
