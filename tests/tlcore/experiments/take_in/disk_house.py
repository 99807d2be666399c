"""Pictures on a disk of one's own: folders that a test writes, and the sets that come of them."""

from __future__ import annotations

import pytest

from tests.hostile.pictures import photo, saved
from tlcore.catalog import own
from tlcore.experiments.take_in import from_disk

CLASSES = ("cat", "dog")


@pytest.fixture(name="data", autouse=True)
def own_data(tmp_path, monkeypatch):
    monkeypatch.setenv("TL_DATA_DIR", str(tmp_path / "data"))


@pytest.fixture(name="tree")
def written_tree(tmp_path):
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


def hash_of(*words):
    return sum(ord(letter) * 31**n for n, letter in enumerate("".join(map(str, words)))) % 10_007
