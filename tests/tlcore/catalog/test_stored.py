"""What was downloaded: there or not, whole or set aside, hashed once a start of the machine."""

from __future__ import annotations

import hashlib
import os
from pathlib import Path

import pytest

from tlcore import catalog
from tlcore.catalog import stored, whole_files
from tlcore.ground.errors import UserError


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("TL_DATA_DIR", str(tmp_path))
    return tmp_path


def put(name: str, content: bytes = b"weights") -> Path:
    path = stored.place(name)
    if not stored.is_backbone(name):
        path.mkdir(parents=True)
        path = path / "set.json"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    return path


def test_what_is_built_in_or_drawn_is_always_there() -> None:
    for name in ("clothing", "garments", "font_digits"):
        assert not stored.needs_download(name)
        assert stored.present(name)
        assert stored.bytes_on_disk(name) == 0
        stored.remove(name)
        assert stored.present(name)


@pytest.mark.parametrize("name", ["resnet18", "swin_t", "cifar10"])
def test_a_download_is_absent_then_present_then_removed(folder: Path, name: str) -> None:
    assert stored.needs_download(name)
    assert not stored.present(name)
    stored.remove(name)  # nothing to remove, nothing to complain of
    put(name)
    assert stored.present(name)
    assert stored.bytes_on_disk(name) == 7
    beside = stored.place(name).with_name(stored.place(name).name + ".damaged")
    beside.write_bytes(b"torn")
    assert stored.bytes_on_disk(name) == 11
    stored.remove(name)
    assert not stored.present(name)
    assert stored.bytes_on_disk(name) == 0
    assert not beside.exists()


def test_an_unknown_name_is_told_with_the_known_ones() -> None:
    with pytest.raises(UserError) as caught:
        stored.present("alexnet")
    assert caught.value.key == "fetch.unknown"
    assert "resnet18" in str(caught.value.values["known"])


def test_what_is_being_downloaded_is_not_removed() -> None:
    put("resnet18")
    with whole_files.lock(stored.place("resnet18")), pytest.raises(UserError) as caught:
        stored.remove("resnet18")
    assert (caught.value.key, caught.value.values) == ("download.running", {"name": "resnet18"})
    assert stored.present("resnet18")


def test_a_file_is_hashed_once_until_it_changes_or_the_machine_starts_anew(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path, hashed = folder / "toy.pth", list[str]()
    digest_of = hashlib.file_digest

    def counted(file: object, name: str) -> object:
        hashed.append(name)
        return digest_of(file, name)  # type: ignore[arg-type]

    monkeypatch.setattr(hashlib, "file_digest", counted)
    path.write_bytes(b"one")
    first = whole_files.sha256_of(path)
    assert whole_files.sha256_of(path) == first == hashlib.sha256(b"one").hexdigest()
    assert len(hashed) == 1
    path.write_bytes(b"two")
    os.utime(path, (1, 1))
    assert whole_files.sha256_of(path) == hashlib.sha256(b"two").hexdigest()
    assert len(hashed) == 2
    monkeypatch.setattr(whole_files, "_boot", lambda: "another start")
    whole_files.sha256_of(path)
    assert len(hashed) == 3


@pytest.mark.parametrize("note", [b"", b"[]", b"{}", b'{"sha256": 5}', b"\xff\xfe"])
def test_a_note_that_cannot_be_read_costs_a_hash_and_no_more(folder: Path, note: bytes) -> None:
    path = folder / "toy.pth"
    path.write_bytes(b"one")
    (folder / "toy.pth.checked").write_bytes(note)
    assert whole_files.sha256_of(path) == hashlib.sha256(b"one").hexdigest()


def test_a_wrong_hash_sets_the_file_aside(folder: Path) -> None:
    path = folder / "toy.pth"
    path.write_bytes(b"one")
    right = hashlib.sha256(b"one").hexdigest()
    assert whole_files.whole(path, right[:8]) == right
    assert whole_files.whole(path, "00000000") is None
    assert (folder / "toy.pth.damaged").read_bytes() == b"one"
    assert not path.exists()


def test_every_download_has_an_address_and_a_hash_in_its_name() -> None:
    far = [row for row in catalog.backbones().values() if row.url is not None]
    assert len(far) >= 10
    for row in far:
        assert str(row.url).startswith("https://")
        prefix = Path(row.fingerprint).stem.rsplit("-", 1)[-1]
        assert len(prefix) == 8
        assert int(prefix, 16) >= 0
