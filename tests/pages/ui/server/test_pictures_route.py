"""The way in for pictures, against readers who forge, and what its owner gets of it."""

from __future__ import annotations

import secrets
import threading

import pytest

from tests.hostile import corpus as hostile
from tests.hostile.pictures import photo, saved
from tests.pages.ui.server.pictures_house import (
    ada_who_sends,  # noqa: F401 (a fixture)
    bob_who_sends,  # noqa: F401 (a fixture)
    came,
    files_of,
    take_in,
)
from tlcore.catalog import own

GONE = (404, {"error": "data.gone", "values": {}})


def test_a_picture_lies_in_its_delivery_as_it_came(ada):
    body = saved(photo(1))
    assert ada.post(body, label=" Kätzchen\u202e ", called="c:\\x\\<b>.jpg") == (201, {"ok": True})
    (found,) = came(ada)
    assert (found.label, found.name) == ("Kätzchen", "<b>.jpg")
    assert found.path.read_bytes() == body
    assert ada.post(iter([body[:100], body[100:]])) == (201, {"ok": True})
    assert came(ada)[1].path.read_bytes() == body


@pytest.mark.parametrize(
    "cookie", [None, "", "tl_user=", "tl_user=profile", "tl_user=../../etc", "tl_user=" + "a" * 23]
)
def test_who_has_no_cookie_of_ours_brings_nothing(ada, cookie):
    assert ada.post(Cookie=cookie) == (403, {"error": "own.no_cookie", "values": {}})
    assert files_of(ada) == set()


def test_a_set_of_somebody_else_is_answered_like_one_that_is_not_there(ada, bob):
    there = bob.post(name=ada.name)
    assert there == bob.post(name="own-" + secrets.token_hex(16)) == GONE
    assert files_of(ada) == set()


@pytest.mark.parametrize("name", ["own-1", "..", "%2e%2e", "own-" + "A" * 32, "own-x\0", "*"])
def test_a_name_that_is_none_of_ours_is_nowhere(ada, name):
    assert ada.post(name=name)[0] in (400, 404, 405)


@pytest.mark.parametrize("batch", ["..", "../" * 8 + "x", "0" * 31, "0" * 33, "Z" * 32, "\0" * 32])
def test_a_delivery_has_a_name_of_ours(ada, batch):
    assert ada.post(batch=batch) == GONE
    assert files_of(ada) == set()


def test_names_are_words_and_never_paths(ada, server):
    def outside():
        place = own.folder(ada.name, server.folder)
        own_of_the_app = ("store.db", "dispatcher.")  # these come and go while a page lives
        everything = {p for p in server.folder.rglob("*") if "log" not in p.parts}
        return {
            p
            for p in everything
            if place not in p.parents and not p.name.startswith(own_of_the_app)
        }

    before = outside()
    for number, name in enumerate(hostile.BAD_NAMES):
        assert ada.post(b"%d" % number, label=name, called=name)[0] == 201, name
    assert outside() == before
    assert len(came(ada)) == len(hostile.BAD_NAMES)
    assert all(p.parent.name == ada.batch for p in files_of(ada))


@pytest.mark.parametrize(
    ("site", "origin", "status"),
    [
        ("same-origin", None, 201),
        ("cross-site", None, 403),
        ("same-site", None, 403),
        ("none", None, 403),
        (None, None, 403),
        (None, "null", 403),
        (None, "http://evil.example", 403),
        (None, "http://127.0.0.1:1", 403),
        (None, "http://here", 201),
        ("cross-site", "http://here", 403),
    ],
)
def test_a_page_of_another_site_brings_nothing_in_a_readers_name(ada, site, origin, status):
    here = f"127.0.0.1:{ada.server.port}"
    origin = origin and origin.replace("here", here)
    refusal = {"error": "own.other_site", "values": {}}
    at_the_edge = origin and here not in origin  # before anything of ours is asked: without words
    told = {"ok": True} if status == 201 else {} if at_the_edge else refusal
    assert ada.post(Sec_Fetch_Site=site, Origin=origin) == (status, told)


def test_a_file_without_bytes_is_refused(ada):
    assert ada.post(b"") == (400, {"error": "own.empty", "values": {}})
    assert ada.post(iter([])) == (400, {"error": "own.empty", "values": {}})
    assert files_of(ada) == set()


def test_two_browsers_of_one_reader_at_once_lose_nothing(ada):
    def send(batch, first):
        for number in range(first, first + 15):
            answers.append(ada.post(saved(photo(number)), batch=batch)[0])

    answers, batches = [], [secrets.token_hex(16) for _ in range(2)]
    both = [threading.Thread(target=send, args=(b, 100 * n)) for n, b in enumerate(batches)]
    for browser in both:
        browser.start()
    for browser in both:
        browser.join()
    assert answers == [201] * 30
    assert [len(came(ada, batch)) for batch in batches] == [15, 15]
    for batch in batches:
        assert take_in(ada, batch)["taken"] == {"cat": 15}
    assert len(own.read(ada.name, ada.server.folder).pictures) == 30


def test_a_picture_is_seen_by_its_owner_alone(ada, bob):
    ada.post(saved(photo(3)))
    take_in(ada, ada.batch)
    (picture,) = own.read(ada.name, ada.server.folder).pictures
    status, headers, body = ada.get(f"{ada.name}/{picture.file}", Sec_Fetch_Site=None)
    assert (status, headers["content-type"], body[:2]) == (200, "image/jpeg", b"\xff\xd8")
    assert headers["x-content-type-options"] == "nosniff"
    assert "private" in headers["cache-control"]
    assert bob.get(f"{ada.name}/{picture.file}")[0] == 404
    assert ada.get(f"{ada.name}/{picture.file}", Cookie=None)[0] == 404
    for file in ("set.json", "..%2fset.json", "incoming", "x" * 5_000, "%00"):
        assert ada.get(f"{ada.name}/{file}")[0] in (400, 404), file
