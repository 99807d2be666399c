"""`python -m tlcore import`: folder, zip and tables become the same set; splits and groups hold."""

from __future__ import annotations

import argparse
import csv
import json
import subprocess
import sys
import threading

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from tests.hostile.archives import zipped
from tests.hostile.pictures import photo, saved
from tests.tlcore.experiments.export.stranger import ALONE
from tlcore import __main__ as cli
from tlcore import catalog
from tlcore.catalog import own, parting
from tlcore.data import sets
from tlcore.experiments.take_in import from_disk
from tlcore.ground import bounds
from tlcore.ground.errors import UserError
from tlcore.words import i18n

pytestmark = pytest.mark.usefixtures("unhurried")

CLASSES = ("cat", "dog")


@pytest.fixture(autouse=True)
def data(tmp_path, monkeypatch):
    monkeypatch.setenv("TL_DATA_DIR", str(tmp_path / "data"))


@pytest.fixture
def tree(tmp_path):
    """tree({path: picture or bytes}) writes a folder."""

    def write(files, name="photos"):
        for path, content in files.items():
            file = tmp_path / name / path
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_bytes(content)
        return tmp_path / name

    return write


def plain(each=6):
    return {
        f"{label}/{label}{n}.jpg": saved(photo(100 * k + n, 64, 48))
        for k, label in enumerate(CLASSES)
        for n in range(each)
    }


def parts(name):
    """{part: names of its files}."""
    found = own.read(name)
    return {
        part: {p.name for label in found.classes for p in found.splits[label.id].of(part)}
        for part in ("train", "val", "test")
    }


def bring(place, groups=None):
    told = []
    name = from_disk.bring(place, groups, told.append)
    assert told == []
    return name


def test_a_folder_a_zip_and_the_tables_are_one_set(tree, tmp_path):
    files = plain()
    folder = tree({**files, ".DS_Store": b"litter", "cat/.hidden.jpg": b"litter"})
    packed = tmp_path / "photos.zip"
    packed.write_bytes(zipped({f"photos/{path}": body for path, body in files.items()}))
    table = tmp_path / "photos" / "all.csv"
    with table.open("w", newline="") as opened:
        rows = csv.writer(opened)
        rows.writerows([["Path", "Label"], *([path, path.split("/")[0]] for path in files)])
    rows = [{"image": body, "label": p.split("/")[0], "file": p.split("/")[1]}
            for p, body in files.items()]  # fmt: skip
    pq.write_table(pa.Table.from_pylist(rows), tmp_path / "photos.parquet")
    names = [bring(place) for place in (folder, packed, table, tmp_path / "photos.parquet")]
    assert len(set(names)) == 1
    assert catalog.dataset(names[0]).classes == CLASSES
    assert len(own.read(names[0]).pictures) == 12


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


def hash_of(*words):
    return sum(ord(letter) * 31**n for n, letter in enumerate("".join(map(str, words)))) % 10_007


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


def test_two_at_once_bring_one_whole_set(tree):
    """And one whose files were taken away is brought in anew."""
    folder, names = tree(plain(30)), []
    both = [threading.Thread(target=lambda: names.append(bring(folder))) for _ in range(3)]
    for thread in both:
        thread.start()
    for thread in both:
        thread.join()
    assert len(set(names)) == 1
    place = own.folder(names[0])
    files = {picture.file for picture in own.read(names[0]).pictures}
    assert files == {file.name for file in place.glob("*.jpg")}
    assert len(files) == 60
    (place / min(files)).unlink()
    assert len(list(own.folder(bring(folder)).glob("*.jpg"))) == 60


def test_what_is_around_all_classes_is_no_class_in_a_folder_as_in_a_zip(tree, tmp_path):
    files = {
        f"data/{part}/{c}/more/{c}{n}.jpg": saved(photo(hash_of(part, c, n), 64, 48))
        for part in ("training_set", "test_set")
        for c in CLASSES
        for n in range(4)
    }
    packed = tmp_path / "wrapped.zip"
    packed.write_bytes(zipped(files))
    names = {bring(tree(files)), bring(packed)}
    assert len(names) == 1
    row = catalog.dataset(names.pop())
    assert (row.classes, row.test) == (CLASSES, 8)


def test_the_order_of_the_table_makes_no_other_set(tree):
    files = plain()
    lines = [f"{path},{path[:3]}" for path in files]
    folder = tree({
        **files,
        "up.csv": "\n".join(["path,label", *lines]).encode(),
        "down.csv": "\n".join(["path,label", *reversed(lines)]).encode(),
    })  # fmt: skip
    assert bring(folder / "down.csv") == (name := bring(folder / "up.csv"))
    assert catalog.dataset(name).classes == CLASSES


def test_refusals_are_told_before_the_verdict(tree):
    told = []
    folder = tree({f"{c}/{n}.heic": b"no picture" for c in CLASSES for n in range(4)})
    with pytest.raises(UserError):
        from_disk.bring(folder, tell=told.append)
    assert len(told) == 8


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


def test_a_set_of_the_hub_tells_its_classes_by_name(tmp_path):
    images = [{"bytes": saved(photo(n, 64, 48)), "path": f"{n}.jpg"} for n in range(12)]
    info = {"info": {"features": {"label": {"names": ["ant", "bee"], "_type": "ClassLabel"}}}}
    table = pa.table({"image": images, "label": [n % 2 for n in range(12)]})
    (tmp_path / "hub").mkdir()
    told = table.replace_schema_metadata({"huggingface": json.dumps(info)})
    pq.write_table(told.slice(0, 8), tmp_path / "hub" / "train-00000-of-00001.parquet")
    pq.write_table(told.slice(8), tmp_path / "hub" / "test-00000-of-00001.parquet")
    name = bring(tmp_path / "hub")
    assert catalog.dataset(name).classes == ("ant", "bee")
    assert catalog.dataset(name).test == 4


@pytest.mark.parametrize("language", i18n.LANGUAGES)
@pytest.mark.parametrize(
    ("files", "place", "groups", "key"),
    [
        ({}, "nowhere", None, "own.nothing_there"),
        ({"note.txt": b"words"}, "note.txt", None, "own.no_source"),
        ({"a.jpg": b"x"}, "", None, "own.no_classes"),
        ({"t.csv": b"picture,kind\na.jpg,cat\n"}, "t.csv", None, "own.columns"),
        ({"t.csv": b"image,label\x00"}, "t.csv", None, "own.no_source"),
        ({"t.csv": b""}, "t.csv", None, "own.columns"),
        ({"t.parquet": b"PAR1 and no more"}, "t.parquet", None, "own.no_source"),
        ({"t.zip": b"PK\x03\x04 cut"}, "t.zip", None, "zip.damaged"),
        (plain(), "", "(", "own.groups"),
        (plain(), "", "patient", "own.groups_none"),
        ({**plain(), "old.parquet": b"PAR1"}, "", None, "own.mixed"),
        ({"train/cat/1.jpg": b"x", "holdouts/cat/2.jpg": b"x"}, "", None, "own.mixed"),
        ({"t.csv": b"path,label,split\na.jpg,cat,trian\n"}, "t.csv", None, "own.split_word"),
        ({"cat/1.jpg": saved(photo(1)), "cat/2.jpg": saved(photo(2))}, "", None, "own.one_class"),
        ({f"{c}/one_{n}.jpg": saved(photo(hash_of(c, n), 64, 48)) for c in CLASSES
          for n in range(6)}, "", "(one)_", "own.no_part"),
    ],
)  # fmt: skip
def test_what_cannot_be_a_set_is_one_sentence(tree, capsys, language, files, place, groups, key):
    at = tree(files) / place if files else tree({"x": b""}) / place
    with pytest.raises(UserError) as caught:
        from_disk.bring(at, groups)
    assert caught.value.key == key
    words = ["--language", language, "import", str(at), *(["--groups", groups] if groups else [])]
    assert cli.main(words) == 2
    told = capsys.readouterr()
    assert told.out == ""
    assert len(told.err.splitlines()) == 1


def test_a_row_whose_file_is_gone_is_told_and_the_others_are_kept(tree):
    files = plain()
    lines = ["image,label", *(f"{path},{path.split('/')[0]}" for path in files), "cat/no.jpg,cat"]
    folder = tree({**files, "all.csv": "\n".join(lines).encode()})
    told = []
    name = from_disk.bring(folder / "all.csv", tell=told.append)
    assert [error.values["file"] for error in told] == ["cat/no.jpg"]
    assert told[0].values["why"] == i18n.tell(UserError("own.file_gone"), "en", "code")
    assert len(own.read(name).pictures) == 12
    assert bring(folder / "all.csv") == name


@pytest.mark.parametrize(("encoding", "between"), [("utf-8-sig", ","), ("cp949", ";")])
def test_a_table_as_spreadsheets_write_it_is_read(tree, encoding, between):
    """With the mark of UTF-8, or as Excel of a Korean Windows; half of the rows say no class."""
    files = {f"{n}.jpg": saved(photo(n, 64, 48)) for n in range(12)}
    named = {0: "고양이", 1: "개"}
    lines = [between.join(("파일", "path", "label")), *(
        between.join((f"사진 {n}", f"{n}.jpg", named[n % 2] if n < 10 else "")) for n in range(12)
    )]  # fmt: skip
    folder = tree({**files, "표.csv": "\r\n".join(lines).encode(encoding)})
    told = []
    name = from_disk.bring(folder / "표.csv", tell=told.append)
    assert set(catalog.dataset(name).classes) == set(named.values())
    assert [error.values["file"] for error in told] == ["10.jpg", "11.jpg"]
    assert told[0].values["why"] == i18n.tell(UserError("own.no_label"), "en", "code")


def test_a_hundred_classes_come_in_on_ones_own_machine_and_one_more_is_refused(tree):
    each = {f"c{c}/{n}.png": saved(photo(3 * c + n, 20, 18), "PNG") for c in range(100)
            for n in range(3)}  # fmt: skip
    assert len(catalog.dataset(bring(tree(each))).classes) == bounds.FOLDER_OWN.classes == 100
    with pytest.raises(UserError) as caught:
        from_disk.bring(tree({"one more/0.png": saved(photo(1, 20, 18), "PNG")}))
    assert caught.value.key == "own.too_many_classes"


def test_run_takes_a_folder_and_leaves_what_predicts(tree, tmp_path, capsys):
    folder = tree(plain(10))
    out = tmp_path / "trained"
    words = ["run", "--data", str(folder), "--backbone", "photo", "--epochs", "3", "--json"]
    assert cli.main([*words, "--out", str(out)]) == 0
    rows = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert (rows[0]["train"], rows[0]["test"]) == (12, 4)
    assert {"predict.py", "weights.safetensors", "README.md", "model.py"} <= {
        file.name for file in out.iterdir()
    }
    command = [sys.executable, "predict.py", str(folder / "cat"), str(folder / "dog" / "dog0.jpg")]
    ended = subprocess.run(command, cwd=out, env=ALONE, capture_output=True, text=True, check=False)
    assert ended.returncode == 0, ended.stderr
    lines = ended.stdout.splitlines()
    assert len(lines) == 11
    assert all("%" in line for line in lines)


def test_the_name_that_is_printed_trains_as_its_source_does(tree):
    told = argparse.Namespace(groups=None, language="en")
    folder = tree(plain())
    by_source = cli._with_own({"data": str(folder)}, told)
    assert cli._with_own({"data": by_source["data"]}, told) == by_source
    assert by_source["train_size"] == catalog.dataset(by_source["data"]).train_pool


@pytest.mark.parametrize("out", ["full", "file", "no/such"])
def test_a_folder_for_the_outcome_that_cannot_be_used_is_told_before_the_training(
    tree, tmp_path, capsys, out
):
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "thesis.txt").write_text("mine")
    (tmp_path / "file").write_text("mine")
    words = ["run", "--data", str(tree(plain())), "--backbone", "photo", "--json"]
    assert cli.main([*words, "--out", str(tmp_path / out)]) == 2
    told = capsys.readouterr()
    assert told.out == ""
    assert str(tmp_path / out) in told.err
    full = i18n.t("error.file.not_empty", "en", path=tmp_path / out)
    assert (full in told.err) == (out == "full")


def test_groups_of_a_built_in_set_are_refused(capsys):
    with pytest.raises(UserError) as caught:
        cli._with_own({"data": "digits"}, argparse.Namespace(groups="x"))
    assert caught.value.key == "own.groups_of_nothing"
    assert cli.main(["run", "--data", "digits", "--groups", "x"]) == 2
    assert "digits" in capsys.readouterr().err


def test_a_known_set_is_meant_where_a_folder_has_its_name(tree, monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    tree(plain(), "digits")
    told = cli.commands(True)[0].parse_args(["run", "--data", "digits"])
    assert cli._with_own({"data": "digits"}, told) == {"data": "digits"}
