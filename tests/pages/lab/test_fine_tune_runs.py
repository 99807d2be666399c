"""Start, join, replay, again, stop, link and result: what the lab does with the run of a reader."""

import pytest
from streamlit.testing.v1 import AppTest

from pages.ui.runs import live_run, result, runs
from tests.pages.conftest import PROFILE
from tests.pages.reader import Reader
from tlcore.runs.limits import RoomLimits
from tlcore.words import i18n

T = i18n.texts("en")


@pytest.fixture
def lab(house):
    return Reader("fine_tune")


def test_start_puts_one_run_into_the_store_and_into_the_address(lab, house):
    lab.click("fine_tune.start")
    [run_id] = house.waiting()
    assert house.run(run_id).status == "queued"
    assert lab.app.query_params["run"] in (run_id, [run_id])
    assert [run["id"] for run in lab.picture("fine_tune.live")["runs"]] == [run_id]


def test_ten_clicks_on_start_are_one_run(lab, house):
    for _ in range(10):
        lab.click("fine_tune.start")
    assert len(house.waiting()) == 1


def test_two_readers_who_ask_for_the_same_share_one_run(lab, house):
    lab.click("fine_tune.start")
    Reader("fine_tune").click("fine_tune.start")
    assert len(house.waiting()) == 1


def test_stop_is_asked_for_at_once_and_rests_before_a_run(lab, house):
    assert lab.app.button(key="fine_tune.stop").disabled
    lab.click("fine_tune.start")
    [run_id] = house.waiting()
    assert not lab.app.button(key="fine_tune.stop").disabled
    lab.click("fine_tune.stop")
    assert house.run(run_id).stopping


def test_a_run_that_another_reader_watches_goes_on(lab, house):
    lab.click("fine_tune.start")
    [run_id] = house.waiting()
    house.store.watch(run_id, "another")
    lab.click("fine_tune.stop")
    assert not house.run(run_id).stopping
    assert [note.value for note in lab.app.info] == [T["run.going_on"]]
    lab.click("fine_tune.start")  # back among those who watch
    assert list(lab.app.info) == []
    house.store.leave(run_id, "another")
    assert not house.run(run_id).stopping


def test_a_stopped_run_can_be_started_again(lab, house):
    lab.click("fine_tune.start").click("fine_tune.stop")
    [first] = house.waiting()
    house.queue.end(first, "cancelled")
    lab.click("fine_tune.start")
    [second] = house.waiting()
    assert second != first


def test_start_replays_what_is_recorded(lab, house):
    lab.click("fine_tune.start")
    [run_id] = house.waiting()
    house.finish(run_id)
    assert lab.run().picture("fine_tune.live")["replay"] is False
    lab.click("fine_tune.start")
    assert house.waiting() == []
    shown = lab.picture("fine_tune.live")
    assert (shown["replay"], shown["runs"][0]["id"]) == (True, run_id)
    assert T["result.title"] not in [s.value for s in lab.app.header]  # not before its end


def test_when_a_replay_has_ended_the_result_stands_below(lab, house, monkeypatch):
    lab.click("fine_tune.start")
    house.finish(house.waiting()[0])
    lab.run().click("fine_tune.start")
    monkeypatch.setattr(live_run, "live", lambda *_, **__: "finished")
    lab.run()
    assert T["result.title"] in [s.value for s in lab.app.header]


def test_run_again_trains_the_run_below_afresh_not_the_settings_above(lab, house):
    lab.click("fine_tune.start")
    [first] = house.waiting()
    assert not lab.has("fine_tune.again")
    house.finish(first)
    lab.run().choose("fine_tune.epochs", 5).click("fine_tune.again")
    [second] = house.waiting()
    assert second != first
    assert house.run(second).spec == house.run(first).spec


def test_a_second_click_before_the_page_answers_joins_the_first(house):
    def impatient():
        from pages.ui.runs import live_run
        from tlcore.runs.spec import FineTuneSpec

        for _ in range(2):  # "run again" asks for a fresh run at each click
            live_run._start("fine_tune", FineTuneSpec(), fresh=True)

    assert [e.value for e in AppTest.from_function(impatient).run().exception] == []
    assert len(house.waiting()) == 1


def test_a_link_restores_settings_seed_and_run(lab, house):
    lab.choose("fine_tune.seed", 11).choose("fine_tune.data", "digits").click("fine_tune.start")
    [run_id] = house.waiting()
    other = Reader("fine_tune", "ko", run=run_id)
    assert (other.draft["seed"], other.draft["data"]) == (11, "digits")
    assert other.picture("fine_tune.live")["runs"][0]["id"] == run_id
    assert other.errors == []


def test_the_link_below_a_run_restores_it_without_the_store(lab, house):
    lab.choose("fine_tune.seed", 11).choose("fine_tune.preset", "everything")
    lab.click("fine_tune.start")
    link = lab.app.code[-1].value
    query = dict(pair.split("=") for pair in link.split("?")[1].split("&"))
    assert query.pop("run") == house.waiting()[0]
    assert query.pop("lang") == "en"
    assert query == {"seed": "11", "freeze": "0", "read": "8", "keep": "8"}  # a plan is whole
    assert Reader("fine_tune", **query).draft == lab.draft


def test_a_link_to_a_run_of_another_machine_still_brings_its_settings(house):
    lab = Reader("fine_tune", run="0" * 32, seed="11", epochs="5")
    assert lab.errors == [T["error.run.unknown"]]
    assert (lab.draft["seed"], lab.draft["epochs"]) == (11, 5)


def test_a_link_opened_after_another_backbone_keeps_its_plan(lab):
    lab.choose("fine_tune.backbone", "resnet50")
    lab.app.query_params["seed"] = "3"
    lab.app.query_params["freeze"] = "4"
    lab.run()
    assert lab.errors == []
    assert (lab.draft["backbone"], lab.draft["freeze"], lab.draft["read"]) == ("clothing", 4, 8)


def test_another_page_and_back_shows_the_same_run(lab, house):
    lab.click("fine_tune.start")
    [run_id] = house.waiting()
    lab.open("matrix").open("fine_tune")
    assert lab.picture("fine_tune.live")["runs"][0]["id"] == run_id


def test_a_result_tells_accuracy_interval_and_the_frozen_blocks(lab, house):
    lab.click("fine_tune.start")
    house.finish(house.waiting()[0])
    lab.run()
    assert "25.0%" in [m.value for m in lab.app.metric]
    text = " ".join(lab.texts())
    assert "10.0% to 40.0%" in text
    assert T["result.frozen_same"].format(hash="cd" * 6) in text


def test_the_pictures_behind_a_cell_are_those_of_the_cell(lab, house, monkeypatch):
    monkeypatch.setattr(result, "confusion", lambda *_, **__: (2, 0))
    lab.click("fine_tune.start")
    house.finish(house.waiting()[0])
    lab.run()
    [run_id] = [run["id"] for run in lab.picture("fine_tune.live")["runs"]]
    pictures = lab.picture(f"result.cell.{run_id}")["pictures"]
    assert [p["index"] for p in pictures] == list(range(2, 40, 4))  # all are called the first
    assert all(p["src"].startswith("data:image/png;base64,") for p in pictures)
    assert any("**Sneaker** called **Pullover**: 10" in m.value for m in lab.app.markdown)


def test_a_result_without_its_pictures_says_so(lab, house):
    lab.click("fine_tune.start")
    [run_id] = house.waiting()
    house.finish(run_id)
    (house.store.folder(run_id) / "test.png").unlink()
    lab.run()
    assert T["result.no_pictures"] in [c.value for c in lab.app.caption]


def test_a_run_that_diverged_says_what_to_try(lab, house):
    lab.click("fine_tune.start")
    house.diverge(house.waiting()[0])
    lab.run()
    told = T["result.diverged"].format(step=7, group="block8", lr="0.01")  # only the head learned
    assert [w.value for w in lab.app.warning] == [told]


def test_pause_and_resume_ask_the_store_and_the_button_turns(lab, house):
    assert lab.app.button(key="fine_tune.pause").disabled
    lab.click("fine_tune.start")
    [run_id] = house.waiting()
    lab.click("fine_tune.pause")
    assert house.run(run_id).pausing
    assert lab.picture("fine_tune.live")["runs"][0]["pausing"] is True
    house.rest(run_id)
    assert lab.run().app.button(key="fine_tune.pause").label == T["run.resume"]
    lab.click("fine_tune.pause")
    assert not house.run(run_id).pausing


def test_start_wakes_a_run_that_its_owner_paused(lab, house):
    lab.click("fine_tune.start").click("fine_tune.pause")
    [run_id] = house.waiting()
    house.rest(run_id)
    lab.run().click("fine_tune.start")
    house.queue.rest(run_id, "queued")
    assert house.waiting() == [run_id]
    assert not house.run(run_id).pausing
    assert lab.run().app.button(key="fine_tune.pause").label == T["run.pause"]


def test_another_reader_cannot_pause_and_is_told_that_they_watch_together(lab, house):
    lab.click("fine_tune.start")
    other = Reader("fine_tune").click("fine_tune.start")
    held = other.app.button(key="fine_tune.pause")
    assert (held.disabled, held.help) == (True, T["run.not_yours"])
    assert T["run.joined"] in [c.value for c in other.app.caption]
    assert T["run.joined"] not in [c.value for c in lab.run().app.caption]


def test_whoever_sits_at_the_server_may_pause_and_goes_first(lab, house, monkeypatch):
    lab.click("fine_tune.start")
    monkeypatch.setattr(runs.host, "at_the_server", lambda: True)
    teacher = Reader("fine_tune").click("fine_tune.start")
    [run_id] = house.waiting()
    assert not teacher.app.button(key="fine_tune.pause").disabled
    teacher.choose("fine_tune.seed", 5).click("fine_tune.start")
    assert house.run(house.waiting()[-1]).priority == 1
    teacher.click("fine_tune.pause")
    assert teacher.errors == []


def test_a_start_tells_the_queue_how_long_it_expects_to_take(lab, house):
    lab.click("fine_tune.start")
    assert house.run(house.waiting()[0]).estimate > 0


def test_more_than_may_wait_is_refused_in_a_sentence(lab, house):
    for seed in range(4):
        lab.choose("fine_tune.seed", seed).click("fine_tune.start")
    assert len(house.waiting()) == 3
    assert lab.errors == [T["error.queue.full"].format(allowed=3)]


def test_a_race_of_which_not_all_may_wait_does_not_begin(lab, house):
    lab.click("fine_tune.start")
    race = Reader("why_transfer", cookie=lab.name).click("why_transfer.start")
    assert len(house.waiting()) == 1
    assert race.errors == [T["error.queue.full"].format(allowed=3)]


def test_the_sliders_go_as_far_as_the_room_allows(lab, house):
    house.store.set_limits(RoomLimits(epochs=400, samples=40))
    lab.run()
    assert lab.widget("fine_tune.epochs").options[-1] == "400"
    assert lab.widget("fine_tune.train_size").options[-1] == "40"
    house.store.set_limits(RoomLimits(epochs=10))
    assert lab.run().widget("fine_tune.epochs").options[-1] == "20"  # what was set stays
    lab.click("fine_tune.start")
    assert len(lab.errors) == 1


def test_who_is_refused_for_the_time_it_would_take_has_the_machine_measured_once_more(lab, house):
    slow = [{**row, "forward_ms": 5e3, "train_ms": 2e4} for row in PROFILE["rows"]]
    house.store.save_profile("clothing", {**PROFILE, "rows": slow})
    runs.measure("clothing")
    [first] = measurements(house)
    house.queue.start(first.id)
    house.queue.end(first.id, "finished")
    lab.run().click("fine_tune.start")
    assert house.waiting() == []
    assert "300 s" in lab.errors[0]
    [again] = measurements(house)
    assert again.id != first.id
    house.store.save_profile("clothing", PROFILE)
    lab.click("fine_tune.start")
    assert lab.errors == []
    assert len(house.waiting()) == 1


def measurements(house):
    return [ticket for ticket in house.queue.tickets() if ticket.kind == "profile"]
