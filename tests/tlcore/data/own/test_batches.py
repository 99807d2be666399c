"""What has come and is not decoded yet: complete or not there, counted, and never for ever."""

import dataclasses
import os
import time

import pytest

from tests.hostile.pictures import photo, saved
from tlcore.catalog import own
from tlcore.data.own import own_batches
from tlcore.data.own.own_batches import Arrival
from tlcore.ground import bounds
from tlcore.ground.errors import UserError
from tlcore.ground.paths import ROOT

BATCH = "0" * 32


@pytest.fixture
def place(own_house):
    return own_batches.folder(own_house.name, BATCH)


def test_a_file_counts_when_it_is_whole(own_house, place):
    arrival = Arrival(place, "cat", "a.jpg")
    arrival.write(b"half")
    assert own_batches.brought(place) == []
    assert own_batches.waiting(own_house.name) == (0, 0)
    arrival.write(b" and half")
    arrival.finish()
    (found,) = own_batches.brought(place)
    assert (found.label, found.name, found.path.read_bytes()) == ("cat", "a.jpg", b"half and half")
    assert own_batches.waiting(own_house.name) == (1, 13)


def test_a_file_that_breaks_off_leaves_nothing(own_house, place):
    arrival = Arrival(place, "cat", "a.jpg")
    arrival.write(b"half")
    arrival.abandon()
    Arrival(place, "cat", "b.jpg").abandon()
    assert list(place.iterdir()) == []


def test_an_empty_file_is_refused(own_house, place):
    with pytest.raises(UserError, match="own.empty"):
        Arrival(place, "cat", "a.jpg").finish()


@pytest.mark.parametrize(
    "batch", ["", "..", "../../x", "0" * 31, "0" * 33, "G" * 32, "0" * 32 + "/"]
)
def test_a_delivery_has_no_other_name_than_ours(own_house, batch):
    with pytest.raises(UserError, match="data.gone"):
        own_batches.folder(own_house.name, batch)


def test_files_keep_the_order_in_which_they_came(own_house, place):
    for n in range(5):
        arrival = Arrival(place, "cat", f"{n}.jpg")
        arrival.write(b"x")
        arrival.finish()
        time.sleep(0.002)
    assert [b.name for b in own_batches.brought(place)] == [f"{n}.jpg" for n in range(5)]


@pytest.mark.parametrize(
    ("limit", "most", "error"),
    [("delivery", 2, "own.many"), ("incoming", 20, "own.waiting")],
)
@pytest.mark.parametrize("here", [False, True])
def test_so_much_may_wait_and_no_more(own_house, monkeypatch, limit, most, error, here):
    name = "HOST_OWN" if here else "VISITOR_OWN"
    less = dataclasses.replace(bounds.own_pictures(here), **{limit: most})
    monkeypatch.setattr(bounds, name, less)
    own_house.deliver(("cat", "a.jpg", b"x" * 12))
    own_batches.may_come(own_house.set, here)
    own_house.deliver(("cat", "b.jpg", b"x" * 12))
    with pytest.raises(UserError, match=error):
        own_batches.may_come(own_house.set, here)
    own_batches.may_come(own_house.set, not here)


def test_room_is_what_a_reader_and_everybody_have_left(own_house, monkeypatch):
    own_house.fill(cat=2)
    size = own_house.set.bytes
    assert own_batches.stored("ada") == own_batches.stored() == size
    assert own_batches.stored("bob") == 0
    less = dataclasses.replace(bounds.VISITOR_OWN, kept=size + 5)
    monkeypatch.setattr(bounds, "VISITOR_OWN", less)
    assert own_batches.room("ada") == 5
    assert own_batches.room("ada", at_the_server=True) == bounds.ALL_PICTURES - size
    own_batches.may_come(own_house.set)
    monkeypatch.setattr(bounds, "ALL_PICTURES", size)
    assert own_batches.room("bob") == 0
    with pytest.raises(UserError, match="own.full"):
        own_batches.may_come(own_house.set)


def test_what_nobody_finished_goes_after_an_hour_and_not_before(own_house):
    own_house.fill(cat=1)
    home = own.folder(own_house.name)
    old, young = (own_house.deliver(("cat", "a.jpg", saved(photo(n)))) for n in (1, 2))
    (home / "stray.jpg").write_bytes(b"x")
    (home / "young.part").write_bytes(b"x")
    an_hour_ago = time.time() - own_batches.OLD - 10
    for path in (home / "incoming" / old, home / "stray.jpg", home / own.FILE):
        os.utime(path, (an_hour_ago, an_hour_ago))
    os.utime(home / own_house.set.pictures[0].file, (an_hour_ago, an_hour_ago))
    own_batches.sweep(own_house.name)
    assert [p.name for p in (home / "incoming").iterdir()] == [young]
    left = {own.FILE, "young.part", own_house.set.pictures[0].file, "incoming"}
    assert {p.name for p in home.iterdir()} == left


def test_what_is_said_of_the_space_is_what_is_bounded():
    """Where somebody sets the machine up: what is kept, and what waits beside it."""
    told = (ROOT / "SECURITY.md").read_text(encoding="utf-8")
    kept = bounds.ALL_PICTURES + bounds.ALL_SHOWN + bounds.ALL_TEXTS
    waiting = bounds.ALL_INCOMING
    assert f"tables of readers take {kept / 1000 / bounds.MB:.1f} GB at most" in told
    assert f"that wait to be decoded {waiting / 1000 / bounds.MB:.1f} GB more" in told
