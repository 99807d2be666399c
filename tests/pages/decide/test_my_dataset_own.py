"""The panel for own pictures: what it says at each stage, and whose word it takes."""

from __future__ import annotations

import json
import re
import secrets

import pytest
from streamlit.testing.v1 import AppTest

from pages.ui.runs import naming
from pages.ui.server import host
from tests.hostile.archives import zipped
from tests.hostile.pictures import photo, saved
from tests.pages import reader
from tests.pages.test_every_page import left_in_english
from tlcore.catalog import own
from tlcore.data.own import own_batches, own_edit
from tlcore.experiments.take_in import run as take_in
from tlcore.experiments.take_in.spec import TakeInSpec
from tlcore.ground import paths
from tlcore.words import i18n


def script():
    import streamlit as st

    from pages.decide.my_dataset import own_pictures

    for act, args in st.session_state["do"]:  # as a component's trigger would
        getattr(own_pictures, act)(*args)
    st.session_state["do"] = []
    st.session_state["usable"] = own_pictures.panel()


class Panel:
    """A session with nothing but the panel on its page."""

    def __init__(self, language="en", name=None):
        self.name = name or secrets.token_urlsafe(16)
        self.app = AppTest.from_function(script, default_timeout=30)
        self.state["language"], self.state["do"] = language, []
        self.run()

    @property
    def state(self):
        return self.app.session_state

    def run(self):
        reader.Reader.now = self
        self.app.run()
        assert [e.value for e in self.app.exception] == []
        return self

    def do(self, act, *args):
        self.state["do"] = [(act, args)]
        return self.run()

    def edit(self, **told):
        return self.do("_edit", self.set.id, told)

    def click(self, key):
        self.app.button(key=key).click()
        return self.run()

    def has(self, key):
        return any(button.key == key for button in self.app.button)

    @property
    def set(self):
        return own.read(self.state["own.set"])

    @property
    def text(self):
        kinds = ("info", "success", "warning", "error", "markdown", "caption")
        found = [e.value for kind in kinds for e in getattr(self.app, kind)]
        return re.sub(r"\\([!-/:-@\[-`{-~])", r"\1", " ".join(found)).replace("\u2060", "")

    @property
    def component(self):
        nodes = reader._below(self.app._tree)
        (found,) = [n for n in nodes if getattr(n, "type", "") == "bidi_component"]
        return json.loads(found.proto.json)

    def deliver(self, *files):
        batch = secrets.token_hex(16)
        for label, name, body in files:
            arrival = own_batches.Arrival(own_batches.folder(self.set.id, batch), label, name)
            arrival.write(body)
            arrival.finish()
        return batch


@pytest.fixture
def panel(house):
    return Panel().click("own.begin")


def worked(house, panel):
    """What the worker does with the delivery that waits."""
    [run_id] = house.waiting()
    spec = {k: v for k, v in house.run(run_id).spec.items() if k != "kind"}
    rows = list(take_in.rows(TakeInSpec(**spec), paths.data_dir(), house.folder))
    house.answer(run_id, **{k: v for k, v in rows[-1].items() if k not in ("kind", "status")})
    return panel.run()


def some(count, label, first=0):
    return [(label, f"{label}{n}.jpg", saved(photo(first + n))) for n in range(count)]


def test_nothing_is_made_before_the_reader_asks(house):
    panel = Panel()
    assert own.of(panel.name) == []
    assert panel.state["usable"] is None
    assert panel.click("own.begin").component["classes"] == []
    assert i18n.t("own.not_yet.classes", "en", needed=4) in panel.text


def test_from_an_empty_set_to_one_that_can_be_used(house, panel):
    panel.edit(act="add", name="cat")
    batch = panel.deliver(*some(4, "cat"), *some(3, "dog", 10), ("dog", "torn.jpg", b"\xff\xd8x"))
    panel.do("_deliver", panel.set.id, batch)
    [run_id] = house.waiting()
    told = panel.component
    assert (told["batch"], told["taking"], told["refused"]) == (batch, run_id, [])
    told = worked(house, panel).component
    assert told["taking"] is None
    assert [(c["name"], len(c["pictures"])) for c in told["classes"]] == [("cat", 4), ("dog", 3)]
    assert told["refused"] == [["dog/torn.jpg", i18n.t("error.picture.format", "en")]]
    assert i18n.t("own.taken", "en", told="cat +4, dog +3") in panel.text
    assert i18n.t("own.not_yet.pictures", "en", needed=4, missing="dog +1") in panel.text
    assert panel.state["usable"] is None
    panel.do("_deliver", panel.set.id, panel.deliver(*some(1, "dog", 20)))
    worked(house, panel)
    assert i18n.t("own.ready", "en", train=4, val=2, test=2) in panel.text
    assert panel.state["usable"] == panel.set.id


def test_a_delivery_told_twice_is_one_run(house, panel):
    batch = panel.deliver(*some(1, "cat"))
    panel.do("_deliver", panel.set.id, batch).do("_deliver", panel.set.id, batch)
    assert len(house.waiting()) == 1


@pytest.mark.parametrize("batch", ["", "../../x", "0" * 33, "<b>"])
def test_a_delivery_that_no_browser_of_ours_names_is_passed_over(house, panel, batch):
    panel.do("_deliver", panel.set.id, batch)
    assert house.waiting() == []


def test_classes_are_edited_where_they_stand(house, panel):
    panel.edit(act="add", name="cat").edit(act="add", name="dog")
    cat, dog = panel.set.classes
    panel.edit(act="rename", **{"class": cat.id}, name="고양이")
    assert [c["name"] for c in panel.component["classes"]] == ["고양이", "dog"]
    panel.edit(act="rename", **{"class": cat.id}, name="DOG")
    assert i18n.t("error.own.same_name", "en", given="DOG") in panel.text
    panel.do("_deliver", panel.set.id, panel.deliver(*some(2, "dog")))
    worked(house, panel)
    first, second = panel.set.pictures
    panel.edit(act="move", files=[first.file], **{"class": cat.id})
    assert [len(c["pictures"]) for c in panel.component["classes"]] == [1, 1]
    panel.edit(act="remove", files=[second.file])
    assert [len(c["pictures"]) for c in panel.component["classes"]] == [1, 0]
    panel.edit(act="drop", **{"class": dog.id})
    assert [c["name"] for c in panel.component["classes"]] == ["고양이"]


@pytest.mark.parametrize(
    "told",
    [
        {},
        {"act": "delete"},
        {"act": None},
        {"act": "remove", "files": "x"},
        {"act": "remove", "files": [{}, None, "../../set.json"]},
        {"act": "move", "files": [], "class": ["x"]},
        {"act": "rename", "class": {}, "name": 7},
        {"act": "drop"},
    ],
)
def test_what_a_browser_says_is_not_trusted_to_make_sense(house, panel, told):
    panel.edit(act="add", name="cat")
    before = panel.set
    panel.do("_edit", panel.set.id, told)
    assert panel.set == before


def test_nobody_edits_fills_or_deletes_the_set_of_another(house, panel):
    panel.edit(act="add", name="cat")
    batch, before = panel.deliver(*some(1, "cat")), panel.set
    other = Panel()
    other.do("_edit", before.id, {"act": "add", "name": "dog"})
    assert i18n.t("error.data.gone", "en") in other.text
    other.do("_deliver", before.id, batch)
    other.do("_delete", before.id)
    assert own.read(before.id) == before
    assert house.waiting() == []
    assert own.of(other.name) == []


def test_one_button_deletes_the_pictures_and_what_was_made_of_them(house, panel):
    panel.do("_deliver", panel.set.id, panel.deliver(*some(4, "cat"), *some(4, "dog", 10)))
    [take] = house.waiting()
    worked(house, panel)
    name = panel.set.id
    panel.click("own.delete")
    assert i18n.t("own.delete.ask", "en", n=8, runs=0) in panel.text
    panel.click("own.delete.no")
    assert not panel.has("own.delete.yes")
    panel.click("own.delete").click("own.delete.yes")
    assert i18n.t("own.deleted", "en") in panel.text
    assert not own.folder(name).exists()
    assert house.store.run(take) is None  # it knew the names of the files
    assert panel.has("own.begin")


def test_the_question_is_of_one_set_only(house, panel):
    panel.click("own.delete").click("own.another")
    assert not panel.has("own.delete.yes")
    assert len(own.of(panel.name)) == 2


@pytest.mark.parametrize("language", i18n.LANGUAGES)
@pytest.mark.parametrize("at_the_server", [True, False])
def test_where_the_pictures_stay_is_said_before_the_first_one_comes(
    house, monkeypatch, language, at_the_server
):
    monkeypatch.setattr(host, "at_the_server", lambda: at_the_server)
    panel = Panel(language)
    for _ in range(2):
        where = str(paths.data_dir() / "pictures")
        told = {"folder": where} if at_the_server else {}
        key = "own.stays.host" if at_the_server else "own.stays.student"
        assert i18n.t(key, language, **told) in panel.text
        assert left_in_english(panel.text) == [] or language == "en"
        if panel.has("own.begin"):
            panel.click("own.begin")


MARKUP = "![x](http://evil.example/x.png) **b** <b>"


def test_names_are_shown_as_text_everywhere(house, panel):
    panel.do("_deliver", panel.set.id, panel.deliver(*some(3, MARKUP), *some(4, "dog", 10)))
    worked(house, panel)
    assert f"{MARKUP[:40]} +3" in panel.text  # what came
    assert f"{MARKUP[:40]} +1" in panel.text  # what is missing
    panel.click("own.delete")
    for kind in ("info", "success", "error", "markdown", "caption"):
        for element in getattr(panel.app, kind):
            assert "![x](" not in element.value
            assert "**b**" not in element.value
            assert not getattr(element.proto, "allow_html", False)


def test_the_plain_way_takes_pictures_and_zips(house, panel):
    body = zipped({"dog/1.jpg": saved(photo(1)), "dog/2.jpg": saved(photo(2))})
    uploads = [("a.jpg", saved(photo(3)), "image/jpeg"), ("b.zip", body, "application/zip")]
    panel.app.file_uploader(key="own.plain.files.0").set_value(uploads)
    panel.app.text_input(key="own.plain.class").set_value("cat")
    panel.run().click("own.plain.take")
    worked(house, panel)
    assert [(c.name, len(panel.set.of(c.id))) for c in panel.set.classes] == [
        ("cat", 1),
        ("dog", 2),
    ]
    assert panel.app.file_uploader(key="own.plain.files.1").value in (None, [])


@pytest.mark.parametrize("language", i18n.LANGUAGES)
def test_a_split_that_a_zip_brings_is_kept_and_what_it_lacks_is_said(house, language):
    panel = Panel(language).click("own.begin")
    files = {
        f"{part}/{label}/{n}.jpg": saved(photo(n + first))
        for part, label, n, first in [
            *(("train", "cat", n, 0) for n in range(4)),
            *(("train", "dog", n, 50) for n in range(4)),
            ("test", "cat", 9, 100),
        ]
    }
    panel.do("_deliver", panel.set.id, panel.deliver(("", "set.zip", zipped(files))))
    worked(house, panel)
    assert panel.state["usable"] is None
    assert i18n.t("own.not_yet.part", language, name="dog", part="test") in panel.text
    more = {"test/dog/9.jpg": saved(photo(200))}
    panel.do("_deliver", panel.set.id, panel.deliver(("", "more.zip", zipped(more))))
    worked(house, panel)
    assert panel.state["usable"] == panel.set.id
    assert {p.name for s in panel.set.splits.values() for p in s.test} == {"9.jpg"}
    assert i18n.t("own.split_kept", language, parts="test, train") in panel.text


def test_a_class_that_a_zip_s_test_lacks_is_filled_by_pictures_that_are_added(house, panel):
    files = {
        f"{part}/{label}/{n}.jpg": saved(photo(n + first))
        for part, label, count, first in (
            *(("train", "cat", 4, 0), ("train", "dog", 4, 50), ("test", "cat", 2, 100)),
        )
        for n in range(count)
    }
    panel.do("_deliver", panel.set.id, panel.deliver(("", "set.zip", zipped(files))))
    worked(house, panel)
    panel.do("_deliver", panel.set.id, panel.deliver(*some(5, "dog", 300)))
    worked(house, panel)
    assert panel.state["usable"] == panel.set.id
    dog = next(c for c in panel.set.classes if c.name == "dog")
    assert [p.split for p in panel.set.splits[dog.id].test] == [""]


def test_a_take_in_that_failed_says_so_and_the_set_stays(house, panel):
    panel.do("_deliver", panel.set.id, panel.deliver(*some(1, "cat")))
    [run_id] = house.waiting()
    house.fail(run_id, "run.bug", log="x.log")
    assert i18n.t("error.run.bug", "en", log="x.log") in panel.run().text
    assert panel.component["taking"] is None


def test_a_take_in_that_was_stopped_says_so(house, panel):
    panel.do("_deliver", panel.set.id, panel.deliver(*some(1, "cat")))
    [run_id] = house.waiting()
    house.store.stop_all()
    house.queue.end(run_id, "cancelled")
    assert i18n.t("error." + "own.stopped", "en") in panel.run().text


def test_twenty_sets_are_enough(house, panel, monkeypatch):
    monkeypatch.setattr(own_edit, "MOST_SETS", 1)
    panel.click("own.another")
    assert i18n.t("error.own.sets", "en", limit=1) in panel.text


def test_a_set_is_called_by_its_classes(house):
    labels = tuple(own.Label(str(n), name) for n, name in enumerate(("a", "b", "c", "d")))
    reader.Reader.now = Panel()
    assert naming.own_title(own.Own("x", "y", 0.0, labels)) == "a, b, c … (0 pictures)"
    assert naming.own_title(own.Own("x", "y", 0.0)) == i18n.t("own.empty", "en")
