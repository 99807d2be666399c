"""`python -m tlcore import`: folder, zip and tables become the same set, or one sentence."""

from __future__ import annotations

import csv
import json
import threading

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
    plain,
    written_tree,  # noqa: F401 (a fixture)
)
from tlcore import __main__ as cli
from tlcore import catalog
from tlcore.catalog import own
from tlcore.experiments.take_in import from_disk
from tlcore.ground import bounds
from tlcore.ground.errors import UserError
from tlcore.words import i18n

pytestmark = pytest.mark.usefixtures("unhurried")


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
