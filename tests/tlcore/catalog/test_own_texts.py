"""Tables of texts: whose they are, how many and how large, how long they lie there."""

from __future__ import annotations

import os
import time

import pytest

from tests.tlcore.data.own.test_text_csv import GOOD, written
from tlcore.catalog import own_texts
from tlcore.data.own import own_texts_edit
from tlcore.data.own.text_csv import parse
from tlcore.ground import bounds, paths
from tlcore.ground.errors import UserError


@pytest.fixture(autouse=True)
def folder(tmp_path, monkeypatch):
    monkeypatch.setenv("TL_DATA_DIR", str(tmp_path))
    return tmp_path / own_texts.FOLDER


def table(number=0):
    return parse(written([*GOOD, (f"and one more, {number}", "good")]))


def test_what_two_have_brought_stays_until_both_have_removed_it():
    name = own_texts_edit.keep(table(), "ada")
    assert own_texts_edit.keep(table(), "bob") == name
    own_texts_edit.remove(name, "bob")
    assert own_texts.read(name).classes == ("bad", "good")
    own_texts_edit.remove(name, "eve")  # who has not brought it
    assert own_texts.read(name).classes == ("bad", "good")
    own_texts_edit.remove(name, "ada")
    with pytest.raises(UserError, match=r"text_csv\.gone"):
        own_texts.read(name)


def test_one_reader_keeps_ten_tables_and_the_next_reader_has_room(monkeypatch):
    names = [own_texts_edit.keep(table(n), "ada") for n in range(bounds.VISITOR_TEXTS)]
    with pytest.raises(UserError, match=r"text_csv\.many"):
        own_texts_edit.keep(table(99), "ada")
    assert own_texts_edit.keep(table(0), "ada") == names[0]  # what is there already takes no room
    own_texts_edit.keep(table(99), "bob")
    own_texts_edit.remove(names[0], "ada")
    own_texts_edit.keep(table(100), "ada")


def test_all_tables_together_have_an_end(monkeypatch):
    own_texts_edit.keep(table(0), "ada")
    monkeypatch.setattr(bounds, "ALL_TEXTS", 100)
    with pytest.raises(UserError, match=r"text_csv\.full"):
        own_texts_edit.keep(table(1), "bob")


def test_a_table_that_nobody_reads_for_a_month_goes_with_its_owners(folder):
    old, used = (own_texts_edit.keep(table(n), "ada") for n in range(2))
    long_ago = time.time() - (bounds.TEXTS_DAYS + 1) * own_texts.DAY
    for name in (old, used):
        os.utime(folder / f"{name}.json", (long_ago, long_ago))
    own_texts.read(used)
    own_texts_edit.drop_old(paths.data_dir(), time.time())
    assert {path.name for path in folder.iterdir()} == {f"{used}.json", f"{used}.owners"}
