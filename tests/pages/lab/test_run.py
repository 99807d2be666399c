"""A run's own page: by its link, for anyone; and what may be done there."""

import pytest

from pages.ui.runs import result, runs
from pages.ui.server import host
from tests.pages.reader import Reader
from tests.pages.test_every_page import left_in_english
from tlcore.words import i18n

T = i18n.texts("en")


@pytest.fixture
def begun(house):
    """A run that "me" began in the lab, still waiting."""
    Reader("fine_tune", cookie="me").choose("fine_tune.epochs", 5).click("fine_tune.start")
    return house.waiting()[0]


@pytest.fixture
def done(house, begun):
    house.finish(begun)
    return begun


def visit(run_id, cookie="you", language="en"):
    return Reader("run", language, cookie=cookie, id=run_id)


def test_the_link_shows_title_charts_result_and_settings(done):
    reader = visit(done)
    assert reader.errors == []
    assert reader.app.title[0].value == "Garments, 40 pictures: Head only"
    assert reader.picture("run.live")["runs"][0]["id"] == done
    told = reader.texts()
    for part in ("result.title", "explain.title", "downloads.title", "run.settings"):
        assert T[part] in told, part


def test_what_is_not_as_usual_comes_first(done):
    table = visit(done).app.table[-1].value
    first = table.iloc[0].tolist()
    assert first == [T["field.epochs"], "5", "20"]
    assert set(table[T["run.usual"]][1:]) == {T["run.same"]}


def test_opening_the_link_puts_the_run_into_the_visitors_list(done):
    assert runs.store().runs("you") == []
    visit(done)
    assert [run.id for run in runs.store().runs("you")] == [done]


@pytest.mark.parametrize("given", ["", "0" * 32, "xyz", "../../etc", "0" * 5000, "A" * 32])
@pytest.mark.parametrize("language", i18n.LANGUAGES)
def test_an_unknown_or_forged_id_gets_one_sentence_and_no_hint(house, given, language):
    reader = visit(given, language=language)
    assert [m.value for m in reader.app.markdown] == [i18n.t("run.no_such", language)]
    assert reader.errors == []


def test_the_id_of_an_explanation_is_no_run_to_look_at(house, done):
    asked = visit(done)
    asked.state["explain.pictures"] = {done: {"picture": 0}}
    asked.run()
    [other] = house.waiting()
    assert visit(other).app.markdown[0].value == T["run.no_such"]


def test_who_began_it_may_pause_and_others_are_told_why_not(house, begun):
    own, other = visit(begun, "me"), visit(begun, "you")
    assert T["run.who.own"] in " ".join(m.value for m in own.app.markdown)
    assert not own.app.button(key="run.pause").disabled
    held = other.app.button(key="run.pause")
    assert (held.disabled, held.help) == (True, T["run.not_yours"])


@pytest.mark.parametrize("language", i18n.LANGUAGES)
def test_of_a_run_that_has_ended_nobody_is_told_of_pausing(house, done, language, monkeypatch):
    told = {name: _who(visit(done, name, language)) for name in ("me", "you")}
    assert i18n.t("run.who.own.ended", language) in told["me"]
    assert i18n.t("run.who.other.ended", language) in told["you"]
    monkeypatch.setattr(host, "at_the_server", lambda: True)
    assert _who(visit(done, "you", language)) == told["you"]


def test_whoever_sits_at_the_server_is_told_that_they_may_pause_and_stop_it(begun, monkeypatch):
    monkeypatch.setattr(host, "at_the_server", lambda: True)
    reader = visit(begun, "you")
    assert T["run.who.host"] in _who(reader)
    assert T["page.room"] in T["run.who.host"]
    assert not reader.app.button(key="run.pause").disabled
    assert T["run.who.own"] in _who(visit(begun, "me"))


def _who(reader):
    return reader.app.markdown[0].value


def test_pause_and_resume_are_asked_of_the_store_and_the_button_turns(house, begun):
    reader = visit(begun, "me").click("run.pause")
    assert house.run(begun).pausing
    assert reader.app.button(key="run.pause").label == T["run.resume"]
    house.rest(begun)
    shown = reader.run().picture("run.live")["runs"][0]
    assert (shown["held"], shown["own"]) == (True, True)
    reader.click("run.pause")
    assert not house.run(begun).pausing
    assert reader.errors == []


def test_a_visitor_who_stops_only_leaves(house, begun):
    reader = visit(begun, "you").click("run.stop")
    assert not house.run(begun).stopping
    assert [note.value for note in reader.app.info] == [T["run.going_on"]]


def test_another_seed_opens_the_page_of_the_new_run(house, done):
    reader = visit(done).click("run.again")
    [new] = house.waiting()
    assert house.run(new).spec == house.run(done).spec | {"seed": 1}
    assert house.run(new).user == "you"
    assert reader.app.query_params["id"] in (new, [new])
    assert reader.run().picture("run.live")["runs"][0]["id"] == new


def test_open_in_the_lab_carries_the_settings(done):
    reader = visit(done).click("run.into_lab")
    assert reader.draft["epochs"] == 5


def test_the_link_stands_as_text(done):
    assert visit(done).app.code[-1].value.endswith(f"/run?id={done}&lang=en")


def test_old_links_to_the_lab_still_show_the_run(done):
    assert Reader("fine_tune", run=done).picture("fine_tune.live")["runs"][0]["id"] == done


def test_a_run_that_blew_up_says_so_and_offers_no_weights(house, begun):
    house.diverge(begun)
    reader = visit(begun)
    assert not reader.has("downloads.weights")
    assert reader.has("downloads.csv")
    assert not reader.has(f"explain.file.{begun}")


def test_the_page_is_korean_to_a_korean(done, monkeypatch):
    monkeypatch.setattr(result, "confusion", lambda *_, **__: (2, 0))
    assert left_in_english(visit(done, language="ko").texts()) == []
