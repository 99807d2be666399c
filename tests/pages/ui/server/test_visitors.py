"""Nobody invents a visitor: ids are signed and handed out by the class; old ones are known."""

from __future__ import annotations

import secrets

import pytest

from pages.ui.server import by_address, server, visitors
from tests import loops
from tlcore.ground import bounds, paths
from tlcore.ground.errors import UserError
from tlcore.ground.recipe import Compute
from tlcore.runs.spec import FineTuneSpec, resolve
from tlcore.runs.store.orders import Order


@pytest.fixture(autouse=True)
def nobody_before(house, monkeypatch):
    monkeypatch.setattr(visitors, "_handed", {})
    monkeypatch.setattr(by_address, "_asked", {})


def order(seed):
    return Order(resolve(FineTuneSpec(seed=seed), Compute(), "machine"), 1.0)


def given_to(cookie, peer="10.0.0.9", **headers):
    """The id that a browser with this cookie is answered with; None: it keeps its own."""
    told = {}

    async def page(scope, receive, send):
        told_of = [(b"content-type", b"text/html")]
        await send({"type": "http.response.start", "status": 200, "headers": told_of})

    async def send(message):
        told.update(message["headers"])

    said = {"cookie": f"{visitors.COOKIE}={cookie}", **headers}
    lines = [(k.replace("_", "-").encode(), v.encode()) for k, v in said.items()]
    scope = {"type": "http", "client": (peer, 1), "headers": lines}
    loops.run(server.UserCookie(page)(scope, None, send))
    if b"set-cookie" not in told:
        return None
    value = told[b"set-cookie"].decode().split(";")[0].partition("=")[2]
    assert visitors.who(value) == value.split(".")[0]
    return visitors.who(value)


def test_an_id_that_somebody_wrote_is_nobody():
    name = secrets.token_urlsafe(16)
    good = visitors.signed(name)
    assert visitors.who(good) == name
    last = "A" if good[-1] != "A" else "Q"
    for forged in (name, name + ".", good[:-1] + last, good + "A", "b" * 22 + good[22:], "é." * 22):
        assert visitors.who(forged) is None


def test_the_key_is_made_once_and_its_owners_alone(house):
    value = visitors.signed("a" * 22)
    visitors._key.cache_clear()  # as the next start of the server finds it
    assert visitors.who(value) == "a" * 22
    file = paths.data_dir() / visitors.KEY
    assert (file.stat().st_mode & 0o777, file.stat().st_size) == (0o600, visitors.KEY_BYTES)


def test_without_a_disk_the_key_lasts_as_long_as_the_process(tmp_path):
    (tmp_path / "file").touch()
    nowhere = tmp_path / "file" / "below"
    assert visitors.signed("a" * 22, nowhere) == visitors.signed("a" * 22, nowhere)


def test_a_reader_of_the_version_before_keeps_what_is_theirs(house):
    old, invented = secrets.token_urlsafe(16), secrets.token_urlsafe(16)
    house.store.answer(old, "some.question", 1)
    assert given_to(old) == old
    assert given_to(invented) not in (invented, None)
    assert given_to(visitors.signed(old)) is None


def test_a_class_behind_one_address_gets_an_id_each_and_a_flood_shares_one():
    many = [given_to("") for _ in range(bounds.ADDRESS_NEW_VISITORS + 10)]
    assert len(set(many[: bounds.ADDRESS_NEW_VISITORS])) == bounds.ADDRESS_NEW_VISITORS
    assert len(set(many[bounds.ADDRESS_NEW_VISITORS :])) == 1
    assert given_to("", peer="10.0.0.10") not in many
    assert bounds.ADDRESS_NEW_VISITORS >= 4 * bounds.CLASS


def test_many_addresses_do_not_fill_the_memory(monkeypatch):
    monkeypatch.setattr(visitors, "MOST_ADDRESSES", 5)
    for n in range(20):
        visitors.fresh(f"10.0.0.{n}")
    assert list(visitors._handed) == [f"10.0.0.{n}" for n in range(15, 20)]


@pytest.mark.parametrize(
    ("peer", "forwarded", "found"),
    [
        ("10.0.0.9", None, "10.0.0.9"),
        ("10.0.0.9", "1.2.3.4", "10.0.0.9"),  # anybody can write a header
        ("127.0.0.1", None, None),  # the server's own browser
        (None, None, None),  # as Streamlit tells of loopback
        ("127.0.0.1", "6.6.6.6, 10.0.0.7", "10.0.0.7"),  # the last one is the proxy's word
        ("::1", "10.0.0.7", "10.0.0.7"),
        ("::ffff:10.0.0.9", None, "10.0.0.9"),
        ("2001:db8:1:2:3:4:5:6", None, "2001:db8:1:2::/64"),
        ("2001:db8:1:2:ffff::1", None, "2001:db8:1:2::/64"),
    ],
)
def test_the_address_whose_bounds_count(peer, forwarded, found):
    headers = {} if forwarded is None else {"x-forwarded-for": forwarded}
    assert visitors.address(peer, headers) == found


def test_a_class_has_its_runs_in_line_and_one_address_not_all_of_it(house, monkeypatch):
    monkeypatch.setattr(by_address, "source", lambda: "10.0.0.9")
    asked = 0
    for visitor in range(bounds.CLASS):  # each presses Start of a race at the same moment
        by_address.check(house.store, 3)
        orders = [order(seed=3 * visitor + n) for n in range(3)]
        by_address.note(s.run_id for s in house.store.submit_all(orders, f"{visitor:022}"))
        asked += 3
    assert len(house.waiting()) == asked == 3 * bounds.CLASS
    with pytest.raises(UserError, match="queue.address"):
        by_address.check(house.store, bounds.ADDRESS_WAITING - asked + 1)
    monkeypatch.setattr(by_address, "source", lambda: "10.0.0.10")
    by_address.check(house.store, 3)
    house.queue.start(house.waiting()[0])
    assert len(house.store.waiting(by_address._asked["10.0.0.9"])) == asked - 1


def test_the_whole_line_has_an_end(house, monkeypatch):
    monkeypatch.setattr("tlcore.runs.store.orders.bounds.ALL_WAITING", 6)
    for visitor in range(2):
        house.store.submit_all([order(seed=3 * visitor + n) for n in range(3)], f"{visitor:022}")
    with pytest.raises(UserError, match="queue.crowded"):
        house.store.submit_all([order(seed=100)], "c" * 22)
    house.store.submit_all([order(seed=101)], "host" * 5, priority=1)  # the teacher's goes first
    assert len(house.waiting()) == 7
