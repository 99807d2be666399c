"""Tables of texts that readers brought: each counts, each has owners, and each has an end."""

from __future__ import annotations

import os
import time

import pytest

from tlcore import bounds, own_texts, paths
from tlcore.errors import UserError
from tlcore.text_csv import Table, parse


@pytest.fixture(autouse=True)
def alone(monkeypatch, tmp_path):
    monkeypatch.setenv("TL_DATA_DIR", str(tmp_path))


def table(mark: str) -> Table:
    """Of twenty-four texts that hold this word."""
    lines = (f"text {n} of {mark},{('good', 'bad')[n % 2]}" for n in range(24))
    return parse("\n".join(("text,label", *lines)).encode())


def kept() -> list[str]:
    return sorted(file.stem for file in (paths.data_dir() / own_texts.FOLDER).glob("*.json"))


def test_a_visitor_has_ten_tables_and_another_visitor_has_ten_too():
    for n in range(bounds.VISITOR_TEXTS):
        own_texts.keep(table(f"lesson {n}"), "ada")
    with pytest.raises(UserError) as told:
        own_texts.keep(table("one more"), "ada")
    assert told.value.key == "text_csv.many"
    assert told.value.values == {"limit": bounds.VISITOR_TEXTS}
    assert own_texts.keep(table("one more"), "bob") in kept()
    assert len(kept()) == bounds.VISITOR_TEXTS + 1


def test_the_server_holds_so_many_bytes_of_them_whoever_brings_them(monkeypatch):
    own_texts.keep(table("first"), "ada")
    monkeypatch.setattr(bounds, "ALL_TEXTS", 100)
    with pytest.raises(UserError) as told:
        own_texts.keep(table("second"), "bob")
    assert told.value.key == "text_csv.full"
    assert own_texts.keep(table("first"), "bob") in kept()  # it lies there already


def test_who_removes_a_table_removes_it_for_nobody_else():
    name = own_texts.keep(table("shared"), "ada")
    assert own_texts.keep(table("shared"), "bob") == name
    own_texts.remove(name, "bob")
    assert len(own_texts.read(name).pool) > 0
    own_texts.remove(name, "ada")
    with pytest.raises(UserError):
        own_texts.read(name)


def test_what_nobody_has_read_for_a_month_goes_and_what_is_read_stays():
    old, used = own_texts.keep(table("old"), "ada"), own_texts.keep(table("used"), "ada")
    now = time.time()
    long_ago = now - bounds.TEXTS_DAYS * own_texts.DAY - 60
    for name in (old, used):
        os.utime(paths.data_dir() / own_texts.FOLDER / f"{name}.json", (long_ago, long_ago))
    own_texts.read(used)
    own_texts.drop_old(paths.data_dir(), now)
    assert kept() == [used]
    assert own_texts.keep(table("once more"), "ada") in kept()
