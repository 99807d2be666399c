"""The teacher holds results until enough have predicted, sees counts, and begins anew."""

from __future__ import annotations

import pytest

from pages.ui.server import host, presence
from tests.pages.reader import Reader
from tlcore.runs.store.answers import Hold
from tlcore.words import i18n

T = i18n.texts("en")


@pytest.fixture
def here(monkeypatch, house):
    monkeypatch.setattr(host, "at_the_server", lambda: True)
    monkeypatch.setattr(presence, "devices", lambda: 3)
    monkeypatch.setattr(
        i18n,
        "texts",
        lambda language, known=i18n.texts: (
            known(language)
            | {"predict.toy.question": "Which <wins>?", "predict.toy.option.0": "This one"}
        ),
    )
    return house


def told(reader):
    html = [h.proto.body for h in reader.app.get("html")]
    return "\n".join([m.value for m in reader.app.markdown] + html)


def test_the_teacher_holds_results_and_shows_one_before_all_have_answered(here):
    here.store.answer("ada", "toy", 0)
    teacher = Reader("room")
    assert "What the room predicted: Which &lt;wins&gt;?" in told(teacher)
    assert teacher.widget("hold.expected").value == 3  # devices that have come
    teacher.click("hold.begin")
    assert here.store.hold() == Hold(3)
    assert "<td>1</td>" not in told(teacher)  # a histogram too early is copied
    assert "Which <wins>?" in told(teacher)
    teacher.click("hold.show.toy")
    assert here.store.hold() == Hold(3, ("toy",))
    assert "<td>1</td>" in told(teacher)
    teacher.click("hold.end")
    assert here.store.hold() is None


def test_predictions_are_forgotten_after_a_second_click(here):
    here.store.answer("ada", "toy", 0)
    here.store.answer("bob", "gone.since", None)
    teacher = Reader("room").click("hold.forget")
    assert i18n.t("hold.forget.means", "en", n=2) in told(teacher)
    teacher.click("hold.forget.no")
    assert len(here.store.tallies()) == 2
    teacher.click("hold.forget").click("hold.forget.yes")
    assert here.store.tallies() == {}
    assert T["hold.nobody"] in [c.value for c in teacher.app.caption]


def test_elsewhere_there_is_nothing_to_hold(here, monkeypatch):
    teacher = Reader("room")
    monkeypatch.setattr(host, "at_the_server", lambda: False)
    teacher.click("hold.begin")  # the session has moved since
    assert here.store.hold() is None
    assert not teacher.has("hold.begin")


def test_korean_reads_korean(here):
    here.store.answer("ada", "toy", 0)
    teacher = Reader("room", "ko").click("hold.begin")
    assert i18n.t("hold.title", "ko") in [s.value for s in teacher.app.header]
    assert i18n.t("hold.on", "ko", n=3) in [i.value for i in teacher.app.info]
