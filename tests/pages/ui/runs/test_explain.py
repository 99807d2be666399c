"""Why did it say that: a picture is chosen, a run of its own answers, the page shows it."""

import errno
import hashlib
import os
import time
from types import SimpleNamespace

import pytest

from pages.ui.runs import explain, runs
from pages.ui.server import hourly, uploads
from tests.pages.reader import Reader
from tests.pages.test_every_page import left_in_english
from tlcore.ground import bounds, paths
from tlcore.ground.errors import UserError
from tlcore.ground.recipe import Compute
from tlcore.runs import spec
from tlcore.words import i18n

T = i18n.texts("en")
FOUND = {
    "probabilities": [0.1, 0.7, 0.1, 0.1],
    "target": 1,
    "block": 8,
    "seen": "data:image/png;base64,AA==",
    "heat": "data:image/png;base64,BB==",
    "shown": "data:image/png;base64,CC==",
    "map": [4, 4],
}


@pytest.fixture
def done(house):
    Reader("fine_tune", cookie="me").click("fine_tune.start")
    [run_id] = house.waiting()
    house.finish(run_id)
    return run_id


@pytest.fixture
def asked(done):
    """A reader who clicked the first picture (a pullover, called one)."""
    return picked(Reader("run", id=done), done, picture=0)


def picked(reader, run_id, **picture):
    reader.state["explain.pictures"] = {run_id: picture}
    reader.state["explain.asked"] = {}
    return reader.run()


def told(reader):
    return " ".join(m.value for m in reader.app.markdown)


def shown(reader, run_id):
    return reader.picture(f"explain.answer.{run_id}")


def test_nothing_is_asked_before_a_picture_is_chosen(house, done):
    reader = Reader("run", id=done)
    assert house.waiting() == []
    assert not reader.has(f"explain.answer.{done}")


def test_a_chosen_picture_is_asked_about_once_in_the_quick_lane(house, done, asked):
    asked.run().run()
    [answer] = house.waiting()
    run = house.run(answer)
    assert (run.kind, run.of) == ("explain", done)
    wanted = {"run": done, "picture": 0, "upload": None, "target": None, "block": 8}
    assert {k: run.spec[k] for k in wanted} == wanted
    assert shown(asked, done)["busy"] is True


def test_the_answer_is_drawn_and_told_with_its_hedge(house, done, asked):
    house.answer(house.waiting()[0], **FOUND)
    asked.run()
    data = shown(asked, done)
    assert (data["busy"], data["found"]["heat"]) == (False, FOUND["heat"])
    assert data["names"] == ["Pullover", "Shirt", "Sneaker", "Ankle boot"]
    assert T["explain.says"].format(name="Shirt", sure="70%") in told(asked)
    assert T["explain.wrong"].format(name="Pullover") in told(asked)
    assert T["explain.marked"].format(name="Shirt") in told(asked)
    assert "not proof" in told(asked)


def test_the_answer_stays_while_the_next_one_is_on_its_way(house, done, asked):
    house.answer(house.waiting()[0], **FOUND)
    asked.run().choose(f"explain.target.{done}", 2)
    data = shown(asked, done)
    assert (data["busy"], data["found"]["target"]) == (True, 1)
    assert house.run(house.waiting()[0]).spec["target"] == 2


def test_an_earlier_block_is_asked_about(house, done, asked):
    asked.choose(f"explain.block.{done}", 3)
    assert {house.run(i).spec["block"] for i in house.waiting()} == {8, 3}


def test_the_same_question_of_another_reader_is_answered_at_once(house, done, asked):
    house.answer(house.waiting()[0], **FOUND)
    other = picked(Reader("run", "ko", id=done), done, picture=0)
    assert house.waiting() == []
    assert shown(other, done)["found"]["target"] == 1
    assert left_in_english(other.texts()) == []


def test_the_chosen_picture_is_framed_in_every_gallery(house, done, asked):
    asked.run()
    for name in ("best", "worst"):
        assert asked.picture(f"result.{name}.{done}")["chosen"] == 0


@pytest.mark.parametrize("language", i18n.LANGUAGES)
@pytest.mark.parametrize("key", ["picture.format", "picture.damaged", "picture.gone"])
def test_what_fails_is_a_sentence_and_a_new_click_tries_again(house, done, language, key):
    reader = picked(Reader("run", language, id=done), done, upload="a" * 64)
    house.fail(house.waiting()[0], key)
    reader.run()
    assert reader.errors == [i18n.tell(UserError(key), language)]
    assert house.waiting() == []  # it is not tried again and again by itself
    picked(reader, done, upload="a" * 64)
    assert len(house.waiting()) == 1


def test_a_look_that_was_stopped_says_so(house, done, asked):
    house.queue.end(house.waiting()[0], "cancelled")
    assert asked.run().errors == [T["error.explain.stopped"]]


def test_light_and_dark_are_swapped_of_own_pictures_only(house, done, asked):
    assert not asked.has(f"explain.invert.{done}")
    picked(asked, done, upload="b" * 64).choose(f"explain.invert.{done}", True)
    specs = [house.run(run_id).spec for run_id in house.waiting()]
    assert [s["invert"] for s in specs if s["upload"]] == [False, True]


def test_where_a_picture_stays_is_said(done):
    assert T["explain.stays"] in [c.value for c in Reader("run", id=done).app.caption]


def test_a_click_is_kept_for_its_run_alone(house, done, asked):
    asked.click("run.again")
    house.finish(house.waiting()[-1])
    assert not asked.run().has(f"explain.answer.{asked.app.query_params['id']}")
    assert explain.LOOK_AGAIN < 1


def test_an_upload_is_kept_as_it_came_under_the_name_of_its_bytes(folder):
    data = b"not a picture at all"
    name = uploads.keep(data)
    assert name == hashlib.sha256(data).hexdigest()
    assert uploads.keep(data) == name
    assert [p.read_bytes() for p in (paths.data_dir() / "uploads").iterdir()] == [data]


@pytest.mark.parametrize(("read", "block"), [(14, 12), (13, 13), (3, 3)])
def test_where_the_class_token_alone_is_read_the_block_before_the_last_is_asked(house, read, block):
    """No patch of layer 12 (block 13) can touch that token; a mean over all tokens it can."""
    asked = spec.parse({"backbone": "vit_b_16", "read": read, "keep": read, "freeze": read})
    run_id = house.store.submit(spec.resolve(asked, Compute(), "machine"), "me").run_id
    house.finish(run_id)
    picked(Reader("run", cookie="me", id=run_id), run_id, picture=0)
    [answer] = house.waiting()
    assert house.run(answer).spec["block"] == block


def test_a_picture_that_is_uploaded_again_lives_another_day(folder):
    file = paths.data_dir() / "uploads" / uploads.keep(b"a picture")
    os.utime(file, (1.0, 1.0))  # 1970
    uploads.keep(b"a picture")
    assert time.time() - file.stat().st_mtime < 60


def test_too_large_an_upload_is_refused(folder):
    with pytest.raises(UserError) as caught:
        uploads.keep(bytes(20 * 2**20 + 1))
    assert caught.value.key == "picture.heavy"


def test_a_reader_an_address_and_everybody_bring_so_much_in_an_hour(folder, monkeypatch):
    """Twenty times 19 MB, each deleted at once as browsers do, lay there for a day."""
    monkeypatch.setattr(uploads, "_visitors", hourly.Hourly())
    monkeypatch.setattr(uploads, "_addresses", hourly.Hourly())
    who, here, clock = ["ada"], [None], [0.0]
    monkeypatch.setattr(runs, "user", lambda: who[0])
    monkeypatch.setattr(uploads.by_address, "source", lambda: here[0])
    monkeypatch.setattr(hourly, "time", SimpleNamespace(monotonic=lambda: clock[0]))
    monkeypatch.setattr(bounds, "VISITOR_SHOWN", 3_000)
    monkeypatch.setattr(bounds, "ADDRESS_SHOWN", 5_000)
    monkeypatch.setattr(bounds, "ALL_SHOWN", 10_000)
    count = iter(range(100))

    def bring(name, address, most=20):
        """How many pictures of 1,000 bytes are taken of a reader."""
        who[0], here[0] = name, address
        for taken in range(most):
            try:
                uploads.keep(b"%04d" % next(count) + bytes(996))
            except UserError:
                return taken
        return most

    assert bring("ada", "10.0.0.9") == 3
    assert bring("eve", "10.0.0.9") == 2  # of the same address
    assert bring("bob", "10.0.0.10") == 3
    clock[0] = 3_601
    assert bring("ada", "10.0.0.9") == 2  # ten thousand lie there
    with pytest.raises(UserError, match=r"picture\.many"):
        uploads.keep(b"one more")
    assert sum(p.stat().st_size for p in (folder / "uploads").iterdir()) == 10_000


def test_a_class_has_room_for_its_pictures():
    assert bounds.CLASS * 15 * 2**20 <= bounds.ADDRESS_SHOWN
    assert 5 * uploads.MOST * 2**20 <= bounds.VISITOR_SHOWN


def test_a_file_of_another_that_goes_meanwhile_refuses_nobody(folder, monkeypatch):
    where = paths.data_dir() / "uploads"
    uploads.keep(b"first")
    listed = [where / "got-its-name", *where.iterdir()]
    monkeypatch.setattr(uploads.Path, "iterdir", lambda _: iter(listed))
    assert (where / uploads.keep(b"second")).read_bytes() == b"second"


def test_a_full_disk_is_told_as_such(folder, monkeypatch):
    def full(*_):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(uploads.os, "replace", full)
    with pytest.raises(UserError) as caught:
        uploads.keep(b"x")
    assert caught.value.key == "store.full"


def test_a_folder_that_cannot_be_written_is_told(folder):
    folder.parent.mkdir(parents=True, exist_ok=True)
    folder.write_bytes(b"a file where the folder should be")
    with pytest.raises(UserError) as caught:
        uploads.keep(b"x")
    assert caught.value.key == "store.unwritable"
