"""The page "compare": settings, the runs of several seeds, the verdict in words."""

import pytest
import streamlit as st

from pages.lab.compare import chooser as compare_choice
from pages.lab.compare import verdict as compare_verdict
from pages.ui.forms import draft
from pages.ui.lesson import predict
from pages.ui.runs import runs
from tests.pages.reader import Reader
from tlcore.experiments.compare import reading as verdict
from tlcore.experiments.compare.presets import CHOICES, LITTLE, TEXTBOOKS
from tlcore.experiments.scaling import reading as scaling
from tlcore.words import i18n

T = i18n.texts("en")
ACCURACY = {"head_only": 0.70, "last_blocks": 0.80, "everything": 0.81, "earlier": 0.5}


def answer(house, run_id, before=None, anew=False, **accuracy):
    """What a worker would tell: everybody's score, a little otherwise with each seed."""
    spec = house.run(run_id).spec
    told = ACCURACY | accuracy
    rows = [
        {
            **{"strategy": name, "size": size, "status": "finished"},
            **{"seconds": 0.5 + place, "learning": 10 * (place + 1)},
            "source_accuracy": before and before - 0.1,
            **({"source_solved": before - 0.02} if before and anew else {}),
            "test_accuracy": told.get(name, 0.6) + 0.01 * spec["seed"],
        }
        for size in spec["sizes"]
        for place, name in enumerate(spec["strategies"])
    ]
    house.answer(run_id, entrants=rows, test=1500, source_before=before)


def run(house, **accuracy):
    reader = Reader("compare").click("predict.compare.pass").click("compare.start")
    for run_id in house.waiting():
        answer(house, run_id, **accuracy)
    return reader.run()


@pytest.fixture(autouse=True)
def nothing_recorded(monkeypatch):
    """How cost grows stands below, with a table of its own (test_scaling)."""
    monkeypatch.setattr(scaling, "record", lambda: None)


def tables(reader):
    return [frame.value for frame in reader.app.dataframe]


def text(reader):
    return " ".join(reader.texts())


def test_one_click_asks_for_a_run_with_each_seed(house):
    reader = Reader("compare").click("compare.start")
    specs = [house.run(run_id).spec for run_id in house.waiting()]
    assert [spec["seed"] for spec in specs] == [0, 1, 2]
    assert {tuple(spec["strategies"]) for spec in specs} == {CHOICES["forms"].strategies}
    assert reader.widget("compare.start").disabled
    reader.click("compare.stop")
    assert all(house.run(run_id).stopping for run_id in house.waiting())


def test_who_looks_on_is_one_for_whom_it_goes_on_until_they_leave_it(house, monkeypatch):
    monkeypatch.setattr(runs, "user", lambda: "another")
    Reader("compare").click("compare.start")
    begun = house.waiting()
    monkeypatch.setattr(runs, "user", lambda: "me")
    reader = Reader("compare")
    for run_id in begun:
        house.store.leave(run_id, "another")
    assert not any(house.run(run_id).stopping for run_id in begun)
    reader.click("compare.stop")
    assert all(house.run(run_id).stopping for run_id in begun)


def test_the_race_waits_for_a_guess(house):
    reader = Reader("compare").click("compare.start")
    assert not reader.has("compare.live")
    assert T["compare.guess_first.under_way"] in [note.value for note in reader.app.info]
    reader.click("predict.compare.pass")
    assert reader.picture("compare.live")["runs"] == house.waiting()


@pytest.mark.parametrize("language", i18n.LANGUAGES)
def test_each_strategy_stands_beside_the_rate_at_which_its_blocks_learn(house, language):
    """Of those that were asked for, and of no other; a head alone has none of these."""
    several = ["head_only", "everything", "biases", "scratch", "lora"]
    reader = Reader("compare", language).choose("compare.strategies", several)
    [told] = [note.value for note in reader.app.caption if "0.003" in note.value]
    named = i18n.texts(language)
    each = {"0.001": "strategy.everything", "0.003": "strategy.scratch"}
    each |= {"0.01": "variant.lora.title", "0.1": "variant.biases.title"}
    space = {"en": " ", "ko": ""}[language]
    wanted = "; ".join(f"{rate}{space}({named[key]})" for rate, key in each.items())
    assert told == i18n.t("compare.rates", language, told=wanted)


@pytest.mark.parametrize("language", i18n.LANGUAGES)
def test_the_verdict_is_a_sentence_with_figures_and_a_table(house, language):
    reader = run(house).speak(language)
    best = i18n.t("strategy.everything", language)
    assert any(best in t and "83" not in t and "82.0%" in t for t in reader.texts())
    for key in ("compare.seconds.200", "compare.learning.200"):
        assert reader.has(key)
    [table] = tables(reader)
    assert len(table) == 3
    assert list(table[i18n.t("result.accuracy", language)]) == pytest.approx([71, 81, 82])


def test_a_tie_is_called_a_tie_and_names_the_cheapest(house):
    def tied(run_id, seed):
        answer(house, run_id, everything=0.81 - 0.01 + (0.002 if seed == 1 else 0.001))

    reader = Reader("compare").click("predict.compare.pass").click("compare.start")
    for seed, run_id in enumerate(house.waiting()):
        tied(run_id, seed)
    told = text(reader.run())
    assert "a tie, so the cheapest: Last blocks + head" in told


def test_too_few_runs_are_called_that_and_nobody_is_named_the_verdict_for_being_cheap(house):
    reader = Reader("compare").click("predict.compare.pass").click("compare.start")
    for seed, run_id in enumerate(house.waiting()):
        answer(house, run_id, everything=0.81 + (0.03 if seed == 1 else -0.02))
    told = text(reader.run())
    assert "Verdict: too few runs to say." in told
    assert "so the cheapest" not in told
    [table] = tables(reader)
    assert list(table[T["compare.mark"]])[1:] == [
        T["compare.mark.open"],
        f"{T['compare.mark.verdict']}, {T['compare.mark.best']}",
    ]


def test_nothing_is_judged_before_every_seed_is_there(house):
    reader = Reader("compare").click("predict.compare.pass").click("compare.start")
    answer(house, house.waiting()[0])
    assert tables(reader.run()) == []


@pytest.mark.parametrize("before", [None, 0.9])
def test_what_was_forgotten_is_told_or_said_to_be_unknown(house, before):
    reader = Reader("compare", seeds="1").click("predict.compare.pass").click("compare.start")
    [run_id] = house.waiting()
    answer(house, run_id, before=before)
    reader.run()
    known = i18n.t("compare.source.known", "en", before="90.0%")
    unknown = i18n.t("compare.source.unknown", "en")
    assert (unknown if before is None else known) in reader.texts()
    [table] = tables(reader)
    shown = list(table["Source task"].fillna(0))
    assert shown == [0 if before is None else pytest.approx(80)] * 3


@pytest.mark.parametrize("anew", [True, False])
def test_a_head_solved_anew_has_its_column_and_older_runs_go_without(house, anew):
    reader = Reader("compare", seeds="1").click("predict.compare.pass").click("compare.start")
    [run_id] = house.waiting()
    answer(house, run_id, before=0.9, anew=anew)
    reader.run()
    told = i18n.t("compare.source.solved", "en", n=300)
    assert any(told in text for text in reader.texts()) == anew
    [table] = tables(reader)
    shown = list(table["Source, re-solved"].fillna(0))
    assert shown == [pytest.approx(88) if anew else 0] * 3


def test_a_question_brings_its_experiment(house):
    reader = Reader("compare").choose("compare.preset", "textbooks")
    reader.click("predict.compare.pass").click("compare.start")
    spec = house.run(house.waiting()[0]).spec
    assert (spec["data"], tuple(spec["strategies"])) == (TEXTBOOKS.data, TEXTBOOKS.strategies)
    for run_id in house.waiting():
        answer(house, run_id)
    assert "CS231n's “Head on block 6” by 10.0 ± 0.2 points" in text(reader.run())


def test_several_sizes_stand_side_by_side(house):
    reader = Reader("compare", preset="little")
    reader.click("predict.compare.pass").click("compare.start")
    for run_id in house.waiting():
        answer(house, run_id)
    reader.run()
    table = tables(reader)[0]
    assert len(tables(reader)) == 4  # one more for each size
    assert list(table.columns[1:]) == [f"{n} training pictures" for n in LITTLE.sizes]
    assert "✓" in table.iloc[2, 1]


def test_an_address_brings_question_seeds_and_length(house):
    Reader("compare", preset="textbooks", seeds="1", epochs="5").click("compare.start")
    [run_id] = house.waiting()
    spec = house.run(run_id).spec
    assert (spec["data"], spec["epochs"]) == (TEXTBOOKS.data, 5)


def test_an_address_with_nonsense_begins_as_usual(house):
    assert Reader("compare", preset="nonsense").widget("compare.preset").value == "forms"


@pytest.mark.parametrize("language", i18n.LANGUAGES)
def test_too_little_to_compare_is_told(house, language):
    reader = Reader("compare", language).choose("compare.strategies", ["everything"])
    assert reader.errors == [i18n.t("error.compare.too_few", language)]


def test_another_backbone_drops_depths_that_it_does_not_have(house):
    reader = Reader("compare", preset="depths").choose("compare.backbone", "photo")
    assert "from_8" not in reader.widget("compare.strategies").value
    assert "from_6" in reader.widget("compare.strategies").value


def test_what_takes_too_long_is_refused(house, monkeypatch):
    monkeypatch.setattr("tlcore.experiments.compare.entrants.seconds", lambda *asked: 1e4)
    reader = Reader("compare").click("compare.start")
    assert house.waiting() == []
    assert "10000" in reader.errors[0]


def told(*seeds):
    """From the accuracies of each seed, by strategy."""
    results = [
        {
            "test": 1500,
            "entrants": [
                {
                    **{"strategy": name, "size": 40, "test_accuracy": score, "seconds": 1 + place},
                    **{"learning": place, "source_accuracy": None},
                }
                for place, (name, score) in enumerate(accuracies.items())
            ],
        }
        for accuracies in seeds
    ]
    return verdict.verdicts(results)[40]


@pytest.mark.parametrize(
    ("accuracies", "answer"),
    [
        ({"head_only": 0.9, "everything": 0.5}, 0),
        ({"last_blocks": 0.9, "everything": 0.5}, 1),
        ({"head_only": 0.5, "everything": 0.9}, 2),
        ({"scratch": 0.9, "everything": 0.5}, 2),
        ({"head_only": 1, "everything": 1}, compare_verdict.TIE),
        ({"head_only": 0.9, "everything": 0.9}, None),  # one seed, 1,500 pictures: ± 2.1 points
    ],
)
def test_the_prediction_is_answered_by_what_won(accuracies, answer):
    assert compare_verdict.answer(compare_choice.CHOICES["forms"], told(accuracies)) == answer
    assert len(predict.options("compare")) == compare_verdict.TIE + 1


KINDS = {
    "alone": [(0.5, 0.6, 0.9)],
    "tie": [(0.5, 0.999, 1)],
    "tie.same": [(0.5, 1, 0.999)],
    "all": [(0.998, 0.999, 1)],
    "all.same": [(1, 0.999, 0.998)],
    "open": [(0.70, 0.899, 0.9), (0.91, 0.901, 0.9), (0.85, 0.899, 0.9)],
    "open.same": [(0.5, 0.89, 0.9)],
}


@pytest.mark.parametrize("language", i18n.LANGUAGES)
@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_of_verdict_has_its_sentence(kind, language, monkeypatch):
    asked = []
    monkeypatch.setattr(
        compare_verdict, "T", lambda k, **v: asked.append(k) or i18n.t(k, language, **v)
    )
    names = ("head_only", "last_blocks", "everything")
    found = told(*(dict(zip(names, scores, strict=True)) for scores in KINDS[kind]))
    said = compare_verdict.sentence(found, {name: f"<{name}>" for name in names})
    assert asked == [f"compare.verdict.{kind}"]
    assert f"<{found.cheapest.strategy}>" in said
    assert f"<{found.best.strategy}>" in said


def test_a_choice_in_the_words_of_the_other_language_changes_nothing():
    """Streamlit sends an option by its name: after a change of language the old one may come."""
    kept = {"strategies": ["head_only", "everything"], "data": "garments"}
    keep = draft.keeper("words", kept)
    for field, value in (("strategies", ["head_only", "전체"]), ("data", "옷")):
        st.session_state[f"words.{field}"] = value
        keep(field, ("head_only", "everything", "garments", "digits"))
    assert kept == {"strategies": ["head_only", "everything"], "data": "garments"}
    st.session_state["words.data"] = "digits"
    keep("data", ("garments", "digits"))
    assert kept["data"] == "digits"
