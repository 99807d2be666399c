"""The page of eight faults: looked at, answered, proved, repaired; a link says no cause."""

from __future__ import annotations

import pytest

from pages.lab.break_it import (
    arms as break_arms,
)
from pages.lab.break_it import (
    cases as break_case,
)
from pages.lab.break_it import (
    cause as break_cause,
)
from pages.lab.break_it import (
    code as break_code,
)
from pages.lab.break_it import (
    figure as break_figure,
)
from pages.lab.break_it import (
    repair as break_repair,
)
from pages.lab.break_it import (
    symptom as break_symptom,
)
from pages.lab.break_it.cases import Case
from pages.ui.frame import bundle, visual
from tests.pages.reader import Reader
from tests.pages.test_every_page import left_in_english
from tests.tlcore.experiments.break_it.test_mishaps import BROKEN, HEALTHY
from tlcore.experiments.break_it import arms as break_arms_record
from tlcore.experiments.break_it import mishaps
from tlcore.experiments.break_it.arms import STARTS, WHATS
from tlcore.experiments.break_it.mishaps import CASES, FAULTS
from tlcore.experiments.break_it.record import Count
from tlcore.ground.paths import ROOT
from tlcore.words import i18n

BOTH = pytest.mark.parametrize("language", i18n.LANGUAGES)
PAGE = "break_it"
SHEET = {"file": "pairs.png", "columns": 3, "tile": [28, 28], "count": 12}
HASH = {"weights": "a" * 64, "all": "b" * 64, "head": "c" * 64}
PROOFS = {
    "rate": {"lr": 0.1, "step": 1, "ratios": {"stem": 0.04, "block2": 0.05, "head": 0.8}},
    "normalisation": {
        "learned": {"mean": -0.2, "spread": 0.9},
        "used": {"mean": 0.2, "spread": 0.3},
    },
    "drift": {
        "moved": {"stem": 0.7, "block2": 0.05},
        "before": HASH,
        "after": HASH | {"all": "d" * 64},
    },
    "lost_head": {"tensors": 2, "held": 0, "before": "c" * 64, "after": "c" * 64},
    "labels": {"right": 8, "of": 60, "sheet": SHEET, "given": [1, 2], "true": [3, 2]},
    "leak": {
        **{"twins": {"val": 50, "new": 0}, "of": {"val": 52, "new": 150}},
        **{"likeness": [0.99, 0.98], "sheet": SHEET},
    },
    "too_little": {"learning": 991_466, "each": 24_787},
    "source": {"labels": [0, 1], "sheet": SHEET, "given": SHEET, "size": 28, "channels": 1},
}


def result(fault, repaired=False):
    """As tlcore.experiments.break_it.run tells it."""
    found = HEALTHY if repaired else BROKEN[fault]
    settings = mishaps.settings(fault, repaired)
    epochs = [
        {"epoch": place, "val_accuracy": 0.1 + 0.2 * place, **row}
        for place, row in enumerate(found["epochs"])
    ]
    if fault in ("normalisation", "leak"):
        epochs = [row | {"new": 0.1} for row in epochs]
    source = []
    if fault == "drift":
        source = [0.95] * 4 if repaired else [0.95, 0.8, 0.5, 0.35]
        epochs = [row | {"source": s} for row, s in zip(epochs, source, strict=True)]
    classes = {"blood": ["erythrocyte", "platelet"], "game": ["player", "coin"]}
    return found | {
        **{"fault": fault, "repaired": repaired, "data": settings["data"], "train": 60},
        **{"backbone": settings.get("backbone", "clothing"), "learning": 1290},
        "classes": classes.get(settings["data"], [str(k) for k in range(10)]),
        **{"stopped_at": None, "epochs": epochs, "head_norms": [3.0, 50.0, 100.0]},
        **{"source": source, "proof": PROOFS[fault]},
    }


def opened(house, fault, language="en"):
    """A reader who has asked for the case of this fault, and its run is done."""
    number = CASES.index(fault) + 1
    reader = Reader(PAGE, language, case=str(number))
    reader.click(f"{PAGE}.{number}.start")
    [run_id] = [r for r in house.waiting() if house.run(r).kind == "break"]
    spec = house.run(run_id).spec
    assert (spec["fault"], spec["repaired"]) == (fault, False)
    house.answer(run_id, **result(fault))
    return reader.run(), number


@BOTH
@pytest.mark.parametrize("fault", FAULTS)
def test_each_case_is_seen_guessed_proved_and_repaired(house, fault, language):
    reader, number = opened(house, fault, language)
    assert i18n.t(f"break.user.{fault}", language) in reader.markdown()
    cause = i18n.t(f"break.cause.{fault}", language)
    why = i18n.t(f"break.why.{fault}", language)
    assert why not in reader.markdown()  # before an answer nothing is told
    assert not reader.has(f"{PAGE}.{number}.repair.start")
    reader.choose(f"predict.break_{fault}.choice", break_cause.OPTIONS[fault].index(fault))
    reader.click(f"predict.break_{fault}.say")
    assert why in reader.markdown()
    assert i18n.t("predict.agree", language, option=cause) in reader.markdown()
    wrong, right = break_code.CODE[fault]
    assert {wrong, right} <= {code.value for code in reader.app.code}
    reader.click(f"{PAGE}.{number}.repair.start")
    [run_id] = [r for r in house.waiting() if house.run(r).spec.get("repaired")]
    house.answer(run_id, **result(fault, repaired=True))
    reader.run()
    what = break_repair.said(fault, result(fault), result(fault, repaired=True))
    if language == "en":
        assert what in reader.markdown()
    else:
        assert left_in_english(reader.texts()) == []
    assert reader.has(f"{PAGE}.{number}.repair.figure")
    assert reader.errors == []


def test_the_repair_says_that_it_helped_only_where_it_did(house):
    Reader(PAGE)  # the words are asked for in a page
    broken = result("rate")
    assert "Repaired" in break_repair.said("rate", broken, result("rate", repaired=True))
    assert "Repaired" not in break_repair.said("rate", broken, broken)


def test_a_wrong_answer_hears_what_its_cause_would_have_shown(house):
    reader, _ = opened(house, "lost_head")
    reader.choose("predict.break_lost_head.choice", 0)  # labels
    reader.click("predict.break_lost_head.say")
    for other in break_cause.OPTIONS["lost_head"]:
        told = i18n.t(f"break.sign.{other}", "en") in reader.markdown()
        assert told == (other != "lost_head")
    assert "2.50 after the first epoch and 2.50 after the last" in reader.markdown()


def test_the_answers_on_offer_are_the_causes_and_the_right_one_is_among_them():
    for language in i18n.LANGUAGES:
        for fault, offered in break_cause.OPTIONS.items():
            assert fault in offered
            assert len(set(offered)) == len(offered) == 4
            number = CASES.index(fault) + 1
            question = i18n.t(f"predict.break_{fault}.question", language)
            assert f" {number}" in question
            for place, cause in enumerate(offered):
                option = i18n.t(f"predict.break_{fault}.option.{place}", language)
                assert option == i18n.t(f"break.cause.{cause}", language)


@BOTH
def test_too_few_pictures_shows_start_and_number_of_weights_changed_alone(house, language):
    reader, _ = opened(house, "too_little", language)
    heading = i18n.t("break.arms.title", language)
    assert heading not in reader.markdown()  # before an answer nothing is told
    reader.choose("predict.break_too_little.choice", 3)
    reader.click("predict.break_too_little.say")
    arms = break_arms_record.known()
    lines = break_arms.said(arms)
    assert len(lines) == 4
    assert heading in reader.markdown()
    assert all(line in reader.markdown() for line in lines) or language != "en"
    assert i18n.t(f"break.arms.so.{arms.cause}", language) in reader.markdown()
    assert reader.has(f"{PAGE}.arms.figure")
    [table] = [t.value for t in reader.app.dataframe if len(t.value) == 4 and "±" in t.value]
    means = [f"{100 * sum(s) / len(s):.1f}%" for s in arms.scores.values()]
    assert list(table[i18n.t("break.arms.new", language)]) == means
    if language == "ko":
        assert left_in_english(reader.texts()) == []
    assert reader.errors == []


def test_the_bars_of_the_arms_stand_under_two_names_which_a_phone_has_room_for(house):
    Reader(PAGE)
    arms = break_arms_record.known()
    *bars, chance = break_arms.figure(arms)["data"]
    assert [bar["x"] for bar in bars] == [["everything learns", "a head alone learns"]] * 2
    drawn = {
        (s, w): y
        for s, bar in zip(STARTS, bars, strict=True)
        for w, y in zip(WHATS, bar["y"], strict=True)
    }
    assert drawn == {place: pytest.approx(10 * sum(arms.scores[place])) for place in drawn}
    assert set(chance["y"]) == {100 * arms.chance}


def test_without_a_recording_of_today_the_arms_say_so(house, monkeypatch):
    monkeypatch.setattr(break_arms_record, "known", lambda: None)
    reader, _ = opened(house, "too_little")
    reader.choose("predict.break_too_little.choice", 3)
    reader.click("predict.break_too_little.say")
    told = i18n.t("break.arms.none", "en", command=break_arms.COMMAND)
    assert told in [caption.value for caption in reader.app.caption]
    assert reader.errors == []


def test_the_next_case_follows_and_after_the_last_comes_the_first(house):
    reader = Reader(PAGE, case="8", seed="4")
    assert reader.widget(f"{PAGE}.case").value == 8
    assert reader.widget(f"{PAGE}.seed").value == 4
    reader.click(f"{PAGE}.next")
    assert reader.widget(f"{PAGE}.case").value == 1
    reader.choose(f"{PAGE}.seed", 7).speak("ko")
    assert reader.widget(f"{PAGE}.seed").value == 7


def test_a_link_names_case_and_seed_and_no_cause(house):
    reader = Reader(PAGE, case="3", seed="5")
    [address] = [code.value for code in reader.app.code]
    assert "case=3" in address
    assert "seed=5" in address
    assert not any(fault in address for fault in FAULTS)
    assert reader.errors == []


@pytest.mark.parametrize("case", ["0", "9", "x", "3;rm"])
def test_a_case_that_there_is_not_is_the_first(house, case):
    assert Reader(PAGE, case=case).widget(f"{PAGE}.case").value == 1


def test_what_was_counted_is_quoted_and_a_run_without_the_symptom_says_so(house):
    Reader(PAGE)
    count = Count(10, 9, 10, 0, 0, 2.0)
    assert "**9 of 10**" in break_symptom.seen(True, count)
    assert "not clear" in break_symptom.seen(False, count)
    assert "not been recorded" in break_symptom.seen(True, None)


def test_an_axis_is_logarithmic_only_where_the_losses_are_far_apart():
    def line(*values):
        return break_figure.Line("loss", "loss", [0, 1], values, "target")

    assert break_figure.logarithmic([line(0.5, 2000.0)])
    assert not break_figure.logarithmic([line(0.01, 2.5)])
    assert break_figure.figure([line(0.5, 2000.0)])["layout"]["yaxis2"]["type"] == "log"


def test_every_seed_of_a_link_makes_a_spec():
    for number in break_case.NUMBERS:
        for seed in (break_case.SEEDS[0], break_case.SEEDS[-1]):
            spec = Case(number, seed).spec()
            assert (spec.fault, spec.seed, spec.repaired) == (CASES[number - 1], seed, False)


def test_training_and_validation_look_as_in_the_live_curves():
    """curves.js draws training in the theme's accent, which is what `kept` has, too."""
    curves = bundle.javascript(bundle.__file__, "curves")
    assert "const { accent, target: valid } = c.t;" in curves
    config = (ROOT / ".streamlit" / "config.toml").read_text(encoding="utf-8")
    assert visual.MEANINGS["kept"].light in config
    looks = break_figure.LOOKS
    assert {looks["train_loss"], looks["train_accuracy"]} == {"kept"}
    assert {looks["val_loss"], looks["val_accuracy"]} == {"target"}
