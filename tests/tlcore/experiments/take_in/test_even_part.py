"""Of more pictures than there is room for: an even part of the classes, told; or a refusal."""

from __future__ import annotations

import dataclasses
from collections import Counter

import pytest

import tlcore
from tests.hostile.archives import zipped
from tests.hostile.pictures import photo, saved
from tlcore.catalog import own
from tlcore.data.own import archive_in, own_batches
from tlcore.experiments.take_in.run import Taking, rows
from tlcore.experiments.take_in.spec import TakeInSpec
from tlcore.ground import bounds
from tlcore.ground.errors import UserError
from tlcore.ground.evenly import evenly, spread
from tlcore.runs import spec
from tlcore.words import i18n

pytestmark = pytest.mark.usefixtures("unhurried")


def less(monkeypatch, here=False, **numbers):
    name = "HOST_OWN" if here else "VISITOR_OWN"
    changed = dataclasses.replace(bounds.own_pictures(here), **numbers)
    monkeypatch.setattr(bounds, name, changed)


def pictures(count, label, first=0):
    return [
        (label, f"{n:04}.png", saved(photo(first + n, 20, 18), "PNG", compress_level=1))
        for n in range(count)
    ]


def test_every_beginning_has_as_many_of_each_and_they_are_spread():
    items = [("a", n) for n in range(700)] + [("b", n) for n in range(9)]
    items += [("c", n) for n in range(300)]
    ordered = evenly(items, lambda item: item[0])
    assert sorted(ordered) == sorted(items)
    for end in (3, 27, 100, 209):
        counts = Counter(label for label, _ in ordered[:end])
        others = [counts["a"], counts["c"]]
        assert max(others) - min(others) <= 1
        assert counts["b"] == min(9, -(-end // 3) if end < 27 else 9)
    places = sorted(n for label, n in ordered[:209] if label == "a")
    gaps = [b - a for a, b in zip(places, places[1:], strict=False)]
    assert max(gaps) <= 8  # 100 of 700; the first hundred would leave 600 out
    assert spread(5) == [0, 4, 2, 1, 3]


def test_three_thousand_in_a_zip_give_a_thousand_evenly_and_it_is_said(own_house):
    files = {
        f"photos/{label}/{name}": body
        for number, label in enumerate(("ant", "bee", "cat"))
        for _, name, body in pictures(1_000, label, 1_000 * number)
    }
    result = own_house.take(("", "photos.zip", zipped(files)))
    assert result["taken"] == {"ant": 334, "bee": 333, "cat": 333}
    assert result["refused"] == []
    key, values = result["sampled"]
    assert (key, values) == ("own.sampled.delivery", {"kept": 1000, "found": 3000, "limit": 1000})
    told = i18n.tell(UserError(key, **values), "en")
    assert told.startswith("1000 of 3000 pictures")
    assert told.count(".") == 1
    names = [picture.name for picture in own_house.set.pictures[:334]]
    assert names == sorted(names)  # kept in the order in which they lay there
    assert names[-1] > "0990.png"  # and not the first third of them


def test_at_the_server_all_three_thousand_come_in(own_house):
    files = {
        f"{label}/{name}": body
        for number, label in enumerate(("ant", "bee", "cat"))
        for _, name, body in pictures(1_000, label, 1_000 * number)
    }
    batch = own_house.deliver(("", "photos.zip", zipped(files)))
    asked = TakeInSpec(data=own_house.name, batch=batch, at_the_server=True)
    result = list(rows(asked, own_house.folder, own_house.folder))[-1]
    assert set(result["taken"].values()) == {1_000}
    assert result["sampled"] is None
    assert bounds.HOST_OWN.pictures == bounds.HOST_OWN.delivery == 10_000


def test_a_set_is_filled_up_evenly_with_what_it_has_already(own_house, monkeypatch):
    less(monkeypatch, pictures=30)
    own_house.take(*pictures(14, "ant"))
    result = own_house.take(*pictures(20, "ant", 100), *pictures(20, "bee", 200))
    assert result["taken"] == {"ant": 1, "bee": 15}
    assert result["sampled"] == ["own.sampled.set", {"kept": 16, "found": 40, "limit": 30}]


def test_several_zips_of_one_class_each_share_the_room(own_house, monkeypatch):
    less(monkeypatch, delivery=12)
    zips = [
        ("", f"{label}.zip", zipped({f"{label}/{n}": b for _, n, b in pictures(40, label, start)}))
        for label, start in (("ant", 0), ("bee", 100), ("cat", 200))
    ]
    result = own_house.take(*zips)
    assert result["taken"] == {"ant": 4, "bee": 4, "cat": 4}


@pytest.mark.parametrize(
    ("numbers", "key"),
    [({"zip_bytes": 40_000}, "own.sampled.total"), ({"kept": 30_000}, "own.sampled.room")],
)
def test_a_limit_in_bytes_leaves_an_even_part_too(own_house, monkeypatch, numbers, key):
    less(monkeypatch, **numbers)
    files = [file for n, c in enumerate(("ant", "bee")) for file in pictures(60, c, 100 * n)]
    result = own_house.take(("", "a.zip", zipped({f"{c}/{n}": body for c, n, body in files})))
    assert abs(result["taken"]["ant"] - result["taken"]["bee"]) <= 1
    assert sum(result["taken"].values()) == result["sampled"][1]["kept"] < 120
    assert result["sampled"][0] == key
    assert result["refused"] == []
    for language in i18n.LANGUAGES:
        assert "120" in i18n.tell(UserError(key, **result["sampled"][1]), language)


@pytest.mark.parametrize("zip_", [True, False])
def test_sixty_classes_are_refused_as_a_whole_with_the_reason(own_house, zip_):
    files = [(f"class {n:02}", "0.png", saved(photo(n), "PNG")) for n in range(60)]
    body = zipped({f"{label}/{name}": content for label, name, content in files})
    batch = own_house.deliver(*([("", "all.zip", body)] if zip_ else files))
    with pytest.raises(UserError) as caught:
        own_house.rows(batch)
    assert caught.value.key == "own.too_many_classes"
    assert caught.value.values == {"given": 60, "limit": 50}
    assert own_house.set.classes == ()
    assert own_house.set.pictures == ()


def test_a_set_that_has_too_many_classes_already_still_takes_pictures(own_house, monkeypatch):
    own_house.fill(ant=1, bee=1, cat=1)
    less(monkeypatch, classes=2)
    assert own_house.take(*pictures(2, "bee", 50))["taken"] == {"bee": 2}
    with pytest.raises(UserError, match="own.too_many_classes"):
        own_house.take(*pictures(1, "dog", 60))


def test_what_another_browser_was_first_with_is_refused_by_folder_and_name(own_house):
    late = Taking(own_house.set, own_house.folder)
    brought = own_house.deliver(("dog", "0.jpg", saved(photo(1))))
    for _ in late.all(own_batches.brought(own_batches.folder(own_house.name, brought))):
        pass
    own_house.take(("cat", "0.jpg", saved(photo(1))))
    (told,) = late.result()["refused"]
    assert told == ["dog/0.jpg", "own.duplicate", {"other": "cat/0.jpg"}]


def test_more_zips_than_are_opened_at_a_time_are_named(own_house, monkeypatch):
    monkeypatch.setattr("tlcore.experiments.take_in.run.MOST_ZIPS", 1)
    zips = [("", f"{n}.zip", zipped({"cat/0.png": saved(photo(n), "PNG")})) for n in range(2)]
    result = own_house.take(*zips)
    assert result["taken"] == {"cat": 1}
    assert result["refused"] == [["1.zip", "own.many", {"limit": 1}]]


def test_a_zip_may_list_more_than_it_gives(own_house, monkeypatch):
    monkeypatch.setattr(archive_in, "MOST_LISTED", 100)
    result = own_house.take(("", "a.zip", zipped({f"a/{n}": b"x" for n in range(101)})))
    assert result["refused"] == [["a.zip", "zip.entries", {"limit": 100, "given": 101}]]


def test_a_folder_of_ones_own_machine_is_sampled_evenly_and_says_so(tmp_path, monkeypatch):
    monkeypatch.setenv("TL_DATA_DIR", str(tmp_path / "data"))
    fewer = dataclasses.replace(bounds.FOLDER_OWN, pictures=20)
    monkeypatch.setattr(bounds, "FOLDER_OWN", fewer)
    for number, label in enumerate(("ant", "bee")):
        (tmp_path / "photos" / label).mkdir(parents=True)
        for _, name, body in pictures(30, label, 100 * number):
            (tmp_path / "photos" / label / name).write_bytes(body)
    with pytest.warns(UserWarning, match="^20 of 60 pictures were taken"):
        name = tlcore.load_folder(tmp_path / "photos")
    found = own.read(name)
    assert [len(found.of(label.id)) for label in found.classes] == [10, 10]


def test_a_folder_of_too_many_classes_is_refused_and_leaves_nothing(tmp_path, monkeypatch):
    monkeypatch.setenv("TL_DATA_DIR", str(tmp_path / "data"))
    for number in range(101):
        (tmp_path / "photos" / f"class {number}").mkdir(parents=True)
        content = saved(photo(number), "PNG")
        (tmp_path / "photos" / f"class {number}" / "0.png").write_bytes(content)
    with pytest.raises(UserError, match="101 classes are more than a set holds"):
        tlcore.load_folder(tmp_path / "photos")
    assert [len(found.pictures) for found in own.every()] == [0]


def test_an_older_order_to_take_in_is_hashed_as_before():
    name = {"data": f"own-{'0' * 32}", "batch": "0" * 32}
    plain, here = (TakeInSpec(**name, at_the_server=flag) for flag in (False, True))
    assert TakeInSpec.since_when["at_the_server"] is False
    compute = spec.Compute()
    assert spec.hash_of(plain, compute, "m") != spec.hash_of(here, compute, "m")
