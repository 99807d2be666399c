"""Archives are unpacked inside their folder, within limits, or refused."""

from __future__ import annotations

import io
import tarfile
import zipfile
from pathlib import Path

import pytest

from tests.tlcore import archives
from tlcore.fetching import unpack
from tlcore.ground.errors import UserError


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path


@pytest.mark.parametrize("name", ["../out.txt", "/tmp/out-of-the-folder.txt", "a/../../out.txt"])
@pytest.mark.parametrize("kind", ["zip", "tar"])
def test_an_archive_never_writes_outside_its_folder(folder: Path, kind: str, name: str) -> None:
    packed = archives.zipped if kind == "zip" else archives.tarred
    archive = folder / ("a.zip" if kind == "zip" else "a.tar.gz")
    archive.write_bytes(packed({name: b"outside"}))
    with pytest.raises(UserError, match=r"download\.damaged_archive"):
        unpack.unpack(archive, folder / "in")
    assert not list(folder.rglob("out*"))
    assert not Path("/tmp/out-of-the-folder.txt").exists()


def test_links_in_an_archive_are_left_out(folder: Path) -> None:
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w:gz") as archive:
        link = tarfile.TarInfo("link")
        link.type, link.linkname = tarfile.SYMTYPE, "/etc/passwd"
        archive.addfile(link)
    (folder / "a.tar.gz").write_bytes(out.getvalue())
    unpack.unpack(folder / "a.tar.gz", folder / "in")
    assert list((folder / "in").iterdir()) == []


@pytest.mark.parametrize("limit", ["LIMIT_BYTES", "LIMIT_FILES"])
def test_an_archive_beyond_the_limits_is_refused_while_it_is_read(
    folder: Path, monkeypatch: pytest.MonkeyPatch, limit: str
) -> None:
    monkeypatch.setattr(unpack, limit, 3)
    with zipfile.ZipFile(folder / "a.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        for number in range(5):
            archive.writestr(f"{number}.txt", b"a")
    with pytest.raises(UserError, match=r"download\.damaged_archive"):
        unpack.unpack(folder / "a.zip", folder / "in")


@pytest.mark.parametrize("name", ["a.zip", "a.tar.gz", "a.gz"])
def test_a_torn_archive_is_told(folder: Path, name: str) -> None:
    (folder / name).write_bytes(b"PK\x03\x04 torn")
    with pytest.raises(UserError, match=r"download\.damaged_archive"):
        unpack.unpack(folder / name, folder / "in")
