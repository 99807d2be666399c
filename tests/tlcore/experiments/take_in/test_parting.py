"""Which pictures train, validate and test: a split that came with them, groups, and fifths."""

from __future__ import annotations

import json

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from tests.hostile.archives import zipped
from tests.hostile.pictures import photo, saved
from tests.tlcore.experiments.take_in.disk_house import (
    CLASSES,
    bring,
    hash_of,
    own_data,  # noqa: F401 (a fixture)
    parts,
    plain,
    written_tree,  # noqa: F401 (a fixture)
)
from tlcore import catalog
from tlcore.catalog import own, parting
from tlcore.data import sets
from tlcore.experiments.take_in import from_disk
from tlcore.ground.errors import UserError

pytestmark = pytest.mark.usefixtures("unhurried")


def test_train_val_and_test_inside_are_the_split(tree, tmp_path):
    of = {"train": "train", "validation": "val", "Test": "test"}
    files = {
        f"{folder}/{label}/{part}-{label}{n}.jpg": saved(photo(hash_of(folder, label, n), 64, 48))
        for folder, part in of.items()
        for label in CLASSES
        for n in range({"train": 4, "val": 2, "test": 3}[part])
    }
    for place in (tree(files), _zip(tmp_path, files)):
        found = parts(bring(place))
        for part, names in found.items():
            assert names
            assert all(name.startswith(f"{part}-") for name in names)
        assert {part: len(names) for part, names in found.items()} == {
            "train": 8, "val": 4, "test": 6,
        }  # fmt: skip


def _zip(tmp_path, files):
    place = tmp_path / "split.zip"
    place.write_bytes(zipped({f"wrapped/{path}": body for path, body in files.items()}))
    return place


def test_without_validation_a_part_of_the_training_pictures_is_taken_and_none_of_the_test(tree):
    files = {
        f"{part}/{label}/{part}-{label}{n}.jpg": saved(photo(hash_of(part, label, n), 64, 48))
        for part in ("train", "test")
        for label in CLASSES
        for n in range(10)
    }
    found = parts(bring(tree(files)))
    assert {part: len(names) for part, names in found.items()} == {
        "train": 16, "val": 4, "test": 20,
    }  # fmt: skip
    assert all(name.startswith("train") for name in found["train"] | found["val"])


@pytest.mark.parametrize("how", ["pattern", "column"])
def test_a_group_is_never_on_two_sides_even_across_classes(tree, tmp_path, how):
    files, rows = {}, []
    for n in range(40):  # ten patients with two pictures of each class
        label, patient = CLASSES[n % 2], f"p{n // 4}"
        path, body = f"{label}/{patient}_{n}.jpg", saved(photo(n, 64, 48))
        files[path] = body
        rows.append({"image": body, "label": label, "patient": patient, "file": f"{patient}_{n}"})
    if how == "pattern":
        name = bring(tree(files), r"(p\d+)_")
    else:
        pq.write_table(pa.Table.from_pylist(rows), tmp_path / "x.parquet")
        name = bring(tmp_path / "x.parquet", "patient")
    found = {part: {n.split("_")[0] for n in names} for part, names in parts(name).items()}
    assert not found["train"] & found["val"]
    assert not found["train"] & found["test"]
    assert not found["val"] & found["test"]
    assert {part: len(of) for part, of in found.items()} == {"train": 6, "val": 2, "test": 2}
    kept = (own.folder(name) / own.FILE).read_text()
    assert len({picture["group"] for picture in json.loads(kept)["pictures"]}) == 10
    row = catalog.dataset(name)
    assert (row.train_pool, row.val, row.test) == (24, 8, 8)
    assert len(sets.load(name, 24).train) == 24


def test_who_is_of_a_group_that_is_tested_is_not_trained_on(tree):
    """Two pictures of p1 are named for the test; the other of p1 follow them."""
    files = {f"{c}/p{n % 6}_{c}{n}.jpg": saved(photo(hash_of(c, n), 64, 48)) for c in CLASSES
             for n in range(18)}  # fmt: skip
    lines = [
        f"{path},{path[:3]},{'test' if 'p1_' in path and path.endswith('1.jpg') else ''}"
        for path in files
    ]
    folder = tree({**files, "t.csv": "\n".join(["path,label,split", *lines]).encode()})
    found = {part: {n[:2] for n in of} for part, of in parts(
        bring(folder / "t.csv", r"(p\d)_")).items()}  # fmt: skip
    assert found["test"] == {"p1"}
    assert not found["train"] & found["val"]
    assert "p1" not in found["train"] | found["val"]


def test_a_split_that_parts_a_group_is_refused(tree):
    files = {f"{part}/{c}/p{n}_{c}.jpg": saved(photo(hash_of(part, c, n), 64, 48))
             for part in ("train", "test") for c in CLASSES for n in range(4)}  # fmt: skip
    with pytest.raises(UserError) as caught:
        from_disk.bring(tree(files), r"(p\d)_")
    assert (caught.value.key, caught.value.values) == ("own.groups_apart", {"count": 4})


def _picture(number, label, group):
    return own.Picture(f"f{number}", label, f"{number}", f"{number}", 1, "", group)


@pytest.mark.parametrize("draw", range(8))
@pytest.mark.parametrize(
    ("sizes", "tested"),
    [
        ([10] * 6, (10, 10)),  # patients; 40 are left to train on
        ([70, *[1] * 30], (20, 10)),  # one has most of them, and stays in training
        ([2] * 50, (20, 20)),
    ],
)
def test_groups_come_as_near_to_a_fifth_as_they_allow(draw, sizes, tested):
    pictures = [
        _picture(f"{place}-{n}", f"c{(place + n) % 2}", f"draw {draw} group {place}")
        for place, size in enumerate(sizes)
        for n in range(size)
    ]
    found = parting.parted(
        {label: [p for p in pictures if p.label == label] for label in ("c0", "c1")}
    )
    counts = [sum(len(one.of(part)) for one in found.values()) for part in ("val", "test")]
    assert counts == pytest.approx(tested, abs=2)
    assert all(one.of(part) for one in found.values() for part in parting.PARTS)


def test_the_order_of_groups_does_not_depend_on_the_order_of_files(tree):
    files = {f"{c}/g{n}_{c}.jpg": saved(photo(hash_of(c, n), 64, 48)) for c in CLASSES
             for n in range(9)}  # fmt: skip
    name = bring(tree(files), r"(g\d)_")
    found = own.read(name)
    turned = own.Own(name, "x", 0.0, found.classes, tuple(reversed(found.pictures)))
    for label in found.classes:
        assert turned.splits[label.id] == found.splits[label.id]


def test_brought_in_again_on_another_machine_the_same_pictures_are_tested(tree, monkeypatch):
    place = tree({f"train/{path}": body for path, body in plain(9).items()})
    first = parts(bring(place))
    monkeypatch.setenv("TL_DATA_DIR", str(place.parent / "another"))
    assert parts(bring(place)) == first


def test_another_split_or_group_is_another_set(tree):
    files = plain()
    names = {bring(tree(files)), bring(tree(files), r"(\d)\.")}
    moved = {f"train/{path}": body for path, body in files.items()}
    names.add(bring(tree(moved, "again")))
    assert len(names) == 3
    assert len({own.row(name).fingerprint for name in names}) == 3
