"""The classroom: the address for others, what they see, and what the host may do to all runs."""

from types import SimpleNamespace

import pytest
import streamlit as st

from pages.ui.frame import navigation
from pages.ui.lesson import room
from pages.ui.server import address as server_address
from pages.ui.server import host
from tests.pages.reader import Reader
from tlcore.runs.limits import USUAL, RoomLimits
from tlcore.runs.run import Notice
from tlcore.words import i18n

OWN = "192.0.2.7"


@pytest.fixture
def at_the_server(monkeypatch):
    monkeypatch.setattr(host, "at_the_server", lambda: True)


class Route:
    """A socket on a machine that has a network."""

    def __init__(self, *kind):
        pass

    def connect(self, where):
        pass

    def __enter__(self):
        return self

    def __exit__(self, *error):
        return None

    def getsockname(self):
        return (OWN, 40_000)


@pytest.fixture
def listening(monkeypatch):
    def listening(address):
        real = st.get_option
        asked = {"server.address": address}
        monkeypatch.setattr(st, "get_option", lambda name: asked.get(name) or real(name))
        route = SimpleNamespace(socket=Route, AF_INET=0, SOCK_DGRAM=0)
        monkeypatch.setattr(server_address, "socket", route)

    return listening


@pytest.mark.parametrize("address", ["localhost", "127.0.0.1", "::1"])
@pytest.mark.parametrize("language", i18n.LANGUAGES)
def test_a_server_that_listens_to_this_machine_alone_says_so(house, listening, address, language):
    listening(address)
    for page in ("home", "room"):
        reader = Reader(page, language)
        told = i18n.texts(language)["room.only_here"]
        assert told in [warning.value for warning in reader.app.warning]
        assert OWN not in " ".join(reader.texts())


def test_a_server_that_listens_to_all_shows_its_address(house, listening):
    listening("0.0.0.0")
    port = st.get_option("server.port")
    assert [c.value for c in Reader("home").app.code] == [f"http://{OWN}:{port}"]


@pytest.mark.parametrize("language", i18n.LANGUAGES)
def test_without_a_network_home_says_what_to_do(house, language, monkeypatch):
    monkeypatch.setattr(server_address, "network_address", lambda: None)
    told = i18n.texts(language)["room.no_network"]
    assert told in [warning.value for warning in Reader("home", language).app.warning]


def codes(reader):
    return [n.proto.body for n in reader.nodes() if n.type == "html" and "<img" in n.proto.body]


def test_the_code_is_a_picture_with_words_and_holds_the_address(house, monkeypatch):
    made = []
    monkeypatch.setattr(server_address, "network_address", lambda: OWN)
    real = room.segno.make
    monkeypatch.setattr(room.segno, "make", lambda text, **how: made.append(text) or real(text))
    [small] = codes(Reader("home"))
    [large] = codes(Reader("room"))
    port = st.get_option("server.port")
    assert set(made) == {f"http://{OWN}:{port}"}
    assert f'alt="QR code of http://{OWN}:{port}"' in small
    assert "data:image/svg+xml" in small
    assert "tl-qr-large" in large
    assert f"{OWN}:{port}" in large.split("tl-address")[1]  # as text too


def test_others_see_the_queue_but_nothing_to_press(house):
    reader = Reader("room")
    assert len(reader.app.metric) == 4
    assert not [n for n in reader.nodes() if n.type == "number_input"]
    assert not reader.has("room.stop")
    assert not reader.has("room.clear")
    assert i18n.texts("en")["room.elsewhere"] in reader.texts()


def test_the_page_is_in_the_menu_for_the_host_only(monkeypatch):
    monkeypatch.setattr(host, "at_the_server", lambda: False)
    assert navigation.hidden("room")
    monkeypatch.setattr(host, "at_the_server", lambda: True)
    assert not navigation.hidden("room")
    assert navigation.hidden("run")
    assert not navigation.hidden("home")


def metrics(reader):
    return {m.label: m.value for m in reader.app.metric}


def test_the_state_of_the_queue_is_counted(house, at_the_server):
    for name in ("ada", "bob"):
        Reader("home", cookie=name).click("home.start")
    first, _ = house.waiting()
    house.begin(first)
    shown = metrics(Reader("room"))
    assert (shown["Running"], shown["Waiting"], shown["Paused"]) == ("1", "1", "0")


def test_stop_all_asks_first_and_then_stops_everybodys(house, at_the_server):
    for name in ("ada", "bob"):
        Reader("home", cookie=name).click("home.start")
    running, waiting = house.waiting()
    house.begin(running)
    reader = Reader("room").click("room.stop")
    assert "1 running, 1 waiting, 0 paused" in " ".join(reader.texts())
    assert not any(house.run(run).stopping for run in (running, waiting))
    reader.click("room.yes")
    assert all(house.run(run).stopping for run in (running, waiting))
    assert [s.value for s in reader.app.success] == ["Runs stopped: 2."]


def test_clear_deletes_everybodys_runs(house, at_the_server):
    for name in ("ada", "bob"):
        Reader("home", cookie=name).click("home.start")
    ids = house.waiting()
    house.finish(ids[0])
    reader = Reader("room").click("room.clear")
    assert house.store.run(ids[0]) is not None
    reader.click("room.yes")
    assert [house.store.run(run) for run in ids] == [None, None]
    assert not house.store.folder(ids[0]).exists()
    assert house.store.profile("clothing") is not None


@pytest.mark.parametrize("answer", ["room.yes", "room.no"])
def test_a_question_goes_away_with_its_answer(house, at_the_server, answer):
    Reader("home", cookie="ada").click("home.start")
    reader = Reader("room")
    assert not reader.has("room.yes")
    assert reader.click("room.stop").has("room.yes")
    assert reader.widget("room.clear").disabled  # one question at a time
    assert not reader.click(answer).has("room.yes")
    assert house.run(house.waiting()[0]).stopping == (answer == "room.yes")


@pytest.mark.parametrize("key", ["room.stop", "room.clear"])
def test_who_has_left_the_server_can_press_nothing(house, at_the_server, monkeypatch, key):
    Reader("home", cookie="ada").click("home.start")
    [run_id] = house.waiting()
    reader = Reader("room").click(key)
    answers = iter([False])  # the first question is that of the click, before the page is drawn
    monkeypatch.setattr(host, "at_the_server", lambda: next(answers, True))
    reader.click("room.yes")
    assert not house.run(run_id).stopping
    assert reader.errors == [i18n.texts("en")["error.room.not_here"]]


def test_limits_are_set_within_their_bounds(house, at_the_server):
    reader = Reader("room")
    box = reader.widget("room.limits.waiting")
    assert (box.min, box.max, box.value) == (1, 500, USUAL.waiting)
    box.set_value(7)
    reader.widget("room.limits.epochs").set_value(500)
    reader.click("room.limits.set")
    assert house.store.limits() == RoomLimits(waiting=7, epochs=500)
    assert i18n.texts("en")["room.limits.done"] in [s.value for s in reader.app.success]
    assert Reader("room").widget("room.limits.waiting").value == 7


@pytest.mark.parametrize("language", i18n.LANGUAGES)
@pytest.mark.parametrize("page", ["home", "room"])
@pytest.mark.parametrize("file", ["/data/store_1.db.corrupt-20260102-030405", None])
@pytest.mark.parametrize("lost", [0, 2])
def test_a_damaged_store_is_told_on_home_and_in_the_room(
    house, page, language, file, lost, monkeypatch
):
    found = Notice(file=file, kept=41, lost=lost, when=1.8e9)
    monkeypatch.setattr(type(house.store), "notice", lambda self: found)
    [told] = [w.value for w in Reader(page, language).app.warning if "41" in w.value]
    assert "2027-01-15" in told
    assert (file is None) == ("corrupt" not in told)
    key = "room.notice.lost" if lost else "room.notice.whole"
    assert told.endswith(i18n.t(key, language, kept=41, lost=2))
    assert not Reader("room").has("room.dismiss")  # for whoever sits at the server


def test_the_host_takes_the_notice_away_for_everybody(house, at_the_server, monkeypatch):
    said = [Notice(file="store.db.corrupt", kept=1, lost=0, when=1.8e9)]
    monkeypatch.setattr(type(house.store), "notice", lambda self: said[0] if said else None)
    monkeypatch.setattr(type(house.store), "dismiss_notice", lambda self: said.clear())
    reader = Reader("room").click("room.dismiss")
    assert said == []
    assert not reader.has("room.dismiss")


@pytest.mark.parametrize("language", i18n.LANGUAGES)
def test_the_room_speaks_the_language_of_its_host(house, at_the_server, language):
    from tests.pages.test_every_page import left_in_english

    texts = Reader("room", language).texts()
    assert i18n.t("room.title", language) in texts
    if language == "ko":
        assert left_in_english(texts) == []
