"""The race: three entrants that differ in their start only."""

import pytest

from pages.ui import race
from tests.pages.reader import Reader
from tlcore import i18n


@pytest.fixture
def page(house):
    return Reader("why_transfer")


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
    monkeypatch.setattr(race, "live", lambda *_, **__: "finished,finished,finished")
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
    page.choose("why_transfer.size", 100).choose("why_transfer.seed", 9)
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
    assert not Reader("why_transfer").has("why_transfer.live")
