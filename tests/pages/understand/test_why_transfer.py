"""The race: three entrants that differ in their start only; how soon, and at what cost."""

import json
import re

import pytest

from pages.ui.runs import live_run
from pages.understand.why_transfer import racing
from tests.pages.conftest import PROFILE
from tests.pages.house import result
from tests.pages.reader import KEY, Reader
from tlcore.words import i18n


@pytest.fixture
def page(house):
    return passed(Reader("why_transfer"))


def passed(reader):
    """A reader who wants to see it without a prediction."""
    return reader.click("predict.why_race.pass")


def specs(house):
    return [house.run(run_id).spec for run_id in house.waiting()]


def test_start_puts_three_runs_that_differ_in_plan_and_rate_only(page, house):
    page.click("why_transfer.start")
    found = specs(house)
    assert [(s["keep"], s["freeze"]) for s in found] == [(8, 8), (8, 0), (0, 0)]
    differ = {k for k in found[0] if len({str(s[k]) for s in found}) > 1}
    assert differ == {"keep", "freeze", "lr", "layer_decay"}
    shown = page.picture("why_transfer.live")
    assert [run["id"] for run in shown["runs"]] == house.waiting()


@pytest.mark.parametrize(
    ("field", "value", "spec"),
    [("size", 200, "train_size"), ("epochs", 60, "epochs"), ("seed", 5, "seed")],
)
def test_a_setting_lands_in_all_three(page, house, field, value, spec):
    page.choose(f"why_transfer.{field}", value).click("why_transfer.start")
    assert {s[spec] for s in specs(house)} == {value}


def test_settings_survive_another_page_and_a_new_language(page, house):
    page.choose("why_transfer.size", 100).choose("why_transfer.epochs", 3)
    page.choose("why_transfer.seed", 9).speak("ko").open("home").open("why_transfer")
    assert page.state["why_transfer.settings"] == {"size": 100, "epochs": 3, "seed": 9}
    assert [page.widget(f"why_transfer.{f}").value for f in ("size", "epochs", "seed")] == [
        *(100, 3, 9)
    ]


def test_a_size_cannot_be_unchosen(page, house):
    page.choose("why_transfer.size", None).click("why_transfer.start")
    assert {s["train_size"] for s in specs(house)} == {40}


def test_stop_ends_all_three(page, house):
    page.click("why_transfer.start")
    ids = house.waiting()
    page.click("why_transfer.stop")
    assert all(house.run(run_id).stopping for run_id in ids)


def test_ten_clicks_are_one_race(page, house):
    for _ in range(10):
        page.click("why_transfer.start")
    assert len(house.waiting()) == 3


def test_the_verdict_waits_for_all_three(page, house):
    page.click("why_transfer.start")
    first, *others = house.waiting()
    house.finish(first)
    assert len(page.run().app.dataframe) == 0
    for run_id in others:
        house.finish(run_id)
    page.run()
    assert len(page.app.dataframe[0].value) == 3
    told = i18n.texts("en")["why.one_run"]
    assert told in [c.value for c in page.app.caption]


def test_a_race_that_is_recorded_is_replayed_and_tells_its_end_afterwards(page, house, monkeypatch):
    page.click("why_transfer.start")
    for run_id in house.waiting():
        house.finish(run_id)
    page.click("why_transfer.start")
    assert house.waiting() == []
    assert page.picture("why_transfer.live")["replay"] is True
    assert len(page.app.dataframe) == 0
    monkeypatch.setattr(live_run, "live", lambda *_, **__: "finished,finished,finished")
    assert len(page.run().app.dataframe[0].value) == 3


def test_a_failed_entrant_is_told_and_the_others_stay(page, house):
    page.click("why_transfer.start")
    first, *others = house.waiting()
    house.fail(first, "run.too_long", seconds=300)
    for run_id in others:
        house.finish(run_id)
    page.run()
    assert page.errors == [i18n.texts("en")["error.run.too_long"].format(seconds=300)]
    assert page.has("why_transfer.live")


def test_a_reload_finds_a_race_that_goes_on_with_its_settings(page, house):
    passed(page.choose("why_transfer.size", 100).choose("why_transfer.seed", 9))
    page.click("why_transfer.start")
    ids = house.waiting()
    house.finish(ids[0])
    again = Reader("why_transfer", cookie=page.name)
    assert [run["id"] for run in again.picture("why_transfer.live")["runs"]] == ids
    assert again.state["why_transfer.settings"] == {"size": 100, "epochs": 15, "seed": 9}
    again.click("why_transfer.stop")
    assert all(house.run(run_id).stopping for run_id in ids[1:])


def test_nobody_finds_the_race_of_another(page, house):
    page.click("why_transfer.start")
    assert not passed(Reader("why_transfer")).has("why_transfer.live")


def learn(house, run_id, *accuracies):
    """A run of three steps an epoch with this validation curve; it scores its last value."""
    house.begin(run_id)
    rows = [
        {
            "kind": "epoch",
            "epoch": epoch,
            "step": 3 * epoch,
            "val_accuracy": accuracy,
            "val_loss": 1 - accuracy,
            "train_loss": 1 - accuracy if epoch else None,
        }
        for epoch, accuracy in enumerate(accuracies)
    ]
    end = accuracies[-1]
    scored = {"test_accuracy": end, "interval": [end - 0.02, end + 0.02]}
    house.store.append(run_id, 1, 1, [*rows, {**result(4), **scored}])
    house.queue.end(run_id, "finished")


CURVES = ((0.3, 0.7, 0.75, 0.76), (0.3, 0.78, 0.88, 0.9), (0.2, 0.4, 0.55, 0.6))


def raced(page, house):
    page.click("why_transfer.start")
    for run_id, curve in zip(house.waiting(), CURVES, strict=True):
        learn(house, run_id, *curve)
    return page.run()


def words(reader):
    return " ".join(reader.texts())


def test_a_race_can_be_begun_before_the_guess_and_is_seen_after_it(house):
    page = Reader("why_transfer").click("why_transfer.start")
    assert len(house.waiting()) == 3
    told = i18n.t("why.guess_first", "en")
    assert not page.has("why_transfer.live")
    assert [box.value for box in page.app.info] == [told]
    page.choose("predict.why_race.choice", 2).click("predict.why_race.say")
    assert page.has("why_transfer.live")
    assert not page.app.info


MEASURED = re.compile(r"\d+\.\d ?%| ± ")
TELLING = ("overfitting", "steps", "sources")  # lessons that answer the question


def told_before(reader):
    """What on the page answers the question of the race."""
    shown = " ".join(reader.texts()).split("ResNet-152")[0]  # the cost is another question
    language = reader.state["language"]
    lessons = [i18n.lesson(f"why_transfer.{name}", language) for name in TELLING]
    said = [text.splitlines()[-1] for text in lessons if text.splitlines()[-1] in words(reader)]
    return MEASURED.findall(shown) + said


@pytest.mark.parametrize("language", i18n.LANGUAGES)
def test_nothing_answers_before_the_guess_and_other_settings_are_another_guess(house, language):
    page = Reader("why_transfer", language)
    assert told_before(page) == []
    assert i18n.t("why.after_guess", language) in words(page)
    passed(page)
    assert len(told_before(page)) > len(TELLING)
    assert i18n.t("why.after_guess", language) not in words(page)
    page.choose("why_transfer.epochs", 60)
    assert told_before(page) == []
    page.choose("why_transfer.epochs", 15)
    assert len(told_before(page)) > len(TELLING)


def test_no_heading_tells_who_wins(house):
    heads = " ".join(h.value for h in Reader("why_transfer").app.header).lower()
    assert not any(word in heads for word in ("sooner", "faster", "wins", "better"))


def test_a_guess_is_answered_by_the_run(house):
    page = Reader("why_transfer")
    page.choose("predict.why_race.choice", 0).click("predict.why_race.say")
    said, right = (i18n.t(f"predict.why_race.option.{n}", "en") for n in (0, 2))
    assert i18n.t("predict.differ", "en", option=said, right=right) in words(raced(page, house))


def test_two_whose_intervals_meet_decide_nothing(page, house):
    page.click("why_transfer.start")
    for run_id, end in zip(house.waiting(), (0.9, 0.91, 0.6), strict=True):
        learn(house, run_id, 0.3, end)
    assert (
        racing.winner(
            racing.finished(racing.Race("none", {}))
            or {name: house.run(run_id) for name, run_id in page.state["why_transfer.runs"].items()}
        )
        is None
    )
    assert i18n.t("predict.open.no_guess", "en") in words(page.run())


def test_steps_to_nine_tenths_are_counted_of_ones_own_end_and_of_the_best(page, house):
    raced(page, house)
    table = page.app.dataframe[1].value
    # 90 % of 0.76, 0.9 and 0.6 are 0.684, 0.81 and 0.54; of the best 0.81.
    assert list(table.iloc[:, 2]) == ["3", "6", "6"]
    assert list(table.iloc[:, 3]) == [i18n.t("why.steps.never", "en"), "6"] + [
        i18n.t("why.steps.never", "en")
    ]
    told = {"quick": i18n.t("why.fine_tune", "en"), "slow": i18n.t("why.scratch", "en")}
    assert i18n.t("why.steps.no_sooner", "en", fast=6, late=6, **told) in words(page)


def test_a_factor_is_told_where_there_is_one(page, house):
    page.click("why_transfer.start")
    curves = ((0.3, 0.7, 0.7), (0.3, 0.9, 0.9), (0.2, 0.3, 0.8))
    for run_id, curve in zip(house.waiting(), curves, strict=True):
        learn(house, run_id, *curve)
    told = {"quick": i18n.t("why.fine_tune", "en"), "slow": i18n.t("why.scratch", "en")}
    sentence = i18n.t("why.steps.sooner", "en", fast=3, late=6, factor="2.0", **told)
    assert sentence in words(page.run())


def test_the_cost_of_a_run_stands_beside_that_of_resnet152(page, house):
    assert "60,192,808" in words(page)
    assert "2,688 to 4,032 card hours" in words(page)
    assert "40,000 dollars" in words(page)
    raced(page, house)
    mine = page.app.dataframe[2].value
    assert list(mine.iloc[:, 1]) == ["600"] * 3  # 40 pictures, 15 times
    assert mine.shape[1] == 3  # no energy where the machine tells none


def test_the_speed_of_this_machine_is_measured_when_asked_for_and_then_told(page, house):
    assert house.store.profile("resnet152") is None
    page.click("why_transfer.speed.ask")
    found = [t for t in house.queue.tickets() if t.kind == "profile"]
    assert [house.run(t.id).spec["backbone"] for t in found if t.status == "queued"][-1] == (
        "resnet152"
    )
    row = {"device": "cpu", "precision": "fp32", "memory_format": "contiguous"}
    slow, quick = ({**row, "forward_ms": 100.0, "train_ms": ms} for ms in (900.0, 500.0))
    house.store.save_profile("resnet152", {**PROFILE, "rows": [slow, quick]})
    # 1,281,167 pictures at 2 a second are 178 hours, 7 days.
    assert "2.0 pictures a second" in words(page.run())
    assert "7 days" in words(page)


@pytest.mark.parametrize("language", i18n.LANGUAGES)
def test_a_finished_race_is_words_in_each_language(house, language):
    page = raced(passed(Reader("why_transfer", language)), house)
    assert [text for text in page.texts() if KEY.search(text)] == []
    figure = page.widget("why_transfer.steps")
    assert i18n.t("why.fine_tune", language) in figure.proto.alt
    title = json.loads(figure.proto.spec)["layout"]["xaxis"]["title"]["text"]
    assert " ".join(title.split("<br>")) == i18n.t("why.steps.axis", language)
    most = {"en": 36, "ko": 24}[language]  # a phone cuts off what is wider
    assert max(map(len, title.split("<br>"))) <= most
