"""A set of own pictures: whose it is, what it is made of, and when it can be used."""

from __future__ import annotations

import dataclasses
import json
import multiprocessing
import os
import secrets

import pytest

from tests.hostile.pictures import photo, saved
from tests.nonempty import files_of
from tlcore import catalog
from tlcore.catalog import own
from tlcore.data.own import own_edit
from tlcore.ground import bounds
from tlcore.ground.errors import UserError


def test_a_new_set_is_its_owners_and_empty(own_house):
    assert own_house.set == own.Own(own_house.name, "ada", own_house.set.created)
    assert [o.id for o in own.of("ada")] == [own_house.name]
    assert own.of("bob") == []


@pytest.mark.parametrize(
    "name", ["own-" + "0" * 32, "own-../../x", "own-", "", "own-" + "A" * 32, "own-" + "0" * 33]
)
def test_a_set_that_is_not_there_is_gone_whatever_its_name(own_house, name):
    for ask in (own.read, own.row, catalog.dataset) if name.startswith("own-") else (own.read,):
        with pytest.raises(UserError, match="data.gone"):
            ask(name)


CHANGES = {
    "add": lambda name: own_edit.add_class(name, "bob", "cat"),
    "rename": lambda name: own_edit.rename(name, "bob", "x", "cat"),
    "move": lambda name: own_edit.move(name, "bob", ["a.jpg"], "x"),
    "remove": lambda name: own_edit.remove(name, "bob", ["a.jpg"]),
    "remove class": lambda name: own_edit.remove_class(name, "bob", "x"),
    "delete": lambda name: own_edit.delete(name, "bob"),
}


@pytest.mark.parametrize("change", CHANGES)
def test_nobody_else_changes_a_set_or_learns_that_it_is_there(own_house, change):
    own_house.fill(cat=1)
    before = own_house.set
    for name in (own_house.name, "own-" + secrets.token_hex(16)):
        with pytest.raises(UserError, match=r"\[data\.gone\]"):
            CHANGES[change](name)
    assert own_house.set == before


def test_a_class_is_renamed_and_keeps_its_pictures_and_fingerprint(own_house):
    before = own_house.fill(cat=4, dog=4)
    cat = before.classes[0]
    own_edit.rename(own_house.name, "ada", cat.id, "  Kätzchen \u202e<b>  ")
    after = own_house.set
    assert [c.name for c in after.classes] == ["Kätzchen <b>", "dog"]
    assert after.of(cat.id) == before.of(cat.id)
    assert own.fingerprint(after) == own.fingerprint(before)
    with pytest.raises(UserError, match="own.same_name"):
        own_edit.rename(own_house.name, "ada", cat.id, "DOG")
    with pytest.raises(UserError, match="own.no_name"):
        own_edit.rename(own_house.name, "ada", cat.id, " \u200b ")


def test_pictures_move_and_go_and_the_fingerprint_follows(own_house):
    before = own_house.fill(cat=5, dog=5)
    cat, dog = before.classes
    moved = before.of(cat.id)[0]
    own_edit.move(own_house.name, "ada", [moved.file], dog.id)
    assert len(own_house.set.of(dog.id)) == 6
    assert own.fingerprint(own_house.set) != own.fingerprint(before)
    own_edit.remove(own_house.name, "ada", [moved.file])
    assert not (own.folder(own_house.name) / moved.file).exists()
    own_edit.remove_class(own_house.name, "ada", dog.id)
    assert [c.name for c in own_house.set.classes] == ["cat"]
    left = {p.name for p in files_of(own.folder(own_house.name), "*.jpg")}
    assert left == {p.file for p in own_house.set.pictures}
    assert len(left) == 4


def test_only_files_that_the_set_lists_are_ever_deleted(own_house):
    own_house.fill(cat=1)
    beside = own_house.folder / "precious.txt"
    beside.write_text("stays")
    own_edit.remove(own_house.name, "ada", ["../../precious.txt", "set.json", str(beside)])
    assert beside.exists()
    assert len(own_house.set.pictures) == 1


@pytest.mark.parametrize(
    ("classes", "error"),
    [
        ({}, "own.one_class"),
        ({"cat": 9}, "own.one_class"),
        ({"cat": 4, "dog": 3}, "own.too_few"),
        ({"cat": 3, "dog": 3, "owl": 3, "fox": 2}, "own.too_few"),
    ],
)
def test_a_set_that_is_too_small_says_what_is_missing(own_house, classes, error):
    own_house.fill(**classes)
    assert not own_house.set.usable
    with pytest.raises(UserError, match=error) as told:
        catalog.dataset(own_house.name)
    if error == "own.too_few":
        last = list(classes)[-1]
        assert told.value.values["missing"] == f"{last} (+1)"


@pytest.mark.parametrize(
    ("classes", "row"),
    [
        ({"cat": 4, "dog": 4}, (4, 2, 2)),
        ({"cat": 3, "dog": 3, "owl": 3, "fox": 3}, (4, 4, 4)),
        ({"cat": 20, "dog": 10}, (18, 6, 6)),
    ],
)
def test_the_smallest_sets_can_train_with_the_fewest_pictures_a_spec_allows(
    own_house, classes, row
):
    own_house.fill(**classes)
    found = catalog.dataset(own_house.name)
    assert (found.train_pool, found.val, found.test) == row
    assert found.train_pool >= 4
    assert found.classes == tuple(classes)
    assert (found.size, found.channels, found.source, found.knobs) == (160, 3, "own", False)


def test_splits_share_nothing_and_do_not_depend_on_the_order_of_arrival(own_house):
    own_house.fill(cat=11, dog=4)
    found = own_house.set
    label = found.classes[0]
    parts = found.splits[label.id]
    files = [{p.file for p in part} for part in (parts.train, parts.val, parts.test)]
    assert [len(f) for f in files] == [7, 2, 2]
    assert len(set.union(*files)) == 11
    turned = own.Own(found.id, "ada", 0.0, found.classes, tuple(reversed(found.pictures)))
    assert turned.splits[label.id] == parts


def test_a_change_by_another_process_is_seen_at_once(own_house):
    own_house.fill(cat=1)
    file = own.folder(own_house.name) / own.FILE
    told = json.loads(file.read_text())
    told["classes"][0]["name"] = "owl"
    other = file.with_name("other")
    other.write_text(json.dumps(told))
    os.replace(other, file)
    assert own_house.set.classes[0].name == "owl"


def _add(name, first):
    for n in range(8):
        own_edit.add_class(name, "ada", f"class {first + n}")


@pytest.mark.usefixtures("unhurried")
def test_two_browsers_at_once_lose_nothing_of_each_other(own_house):
    context = multiprocessing.get_context("fork")
    both = [context.Process(target=_add, args=(own_house.name, n)) for n in (0, 8, 16)]
    for process in both:
        process.start()
    for process in both:
        process.join(30)
    assert [p.exitcode for p in both] == [0, 0, 0]
    assert {c.name for c in own_house.set.classes} == {f"class {n}" for n in range(24)}


def test_a_damaged_set_is_gone_for_its_reader_and_no_bug(own_house):
    file = own.folder(own_house.name) / own.FILE
    for text in ("", "{", "[]", '{"id": 1}', '{"classes": 3}'):
        file.write_text(text)
        with pytest.raises(UserError, match="data.gone"):
            own.read(own_house.name)
        assert own.of("ada") == []


def test_sets_and_classes_are_bounded(own_house, monkeypatch):
    two = dataclasses.replace(bounds.VISITOR_OWN, classes=2)
    monkeypatch.setattr(bounds, "VISITOR_OWN", two)
    monkeypatch.setattr(own_edit, "MOST_SETS", 2)
    own_edit.create("ada")
    with pytest.raises(UserError, match="own.sets"):
        own_edit.create("ada")
    own_edit.create("bob")
    for name in ("a", "b", "B"):
        own_edit.add_class(own_house.name, "ada", name)
    with pytest.raises(UserError, match="own.classes"):
        own_edit.add_class(own_house.name, "ada", "c")


def test_a_deleted_set_leaves_no_file(own_house):
    own_house.fill(cat=3)
    own_house.deliver(("cat", "late.jpg", saved(photo(99))))
    own_edit.delete(own_house.name, "ada")
    assert [p.name for p in (own_house.folder / "pictures").iterdir()] == [".lock"]
