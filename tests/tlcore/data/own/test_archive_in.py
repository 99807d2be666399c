"""A zip is read entry by entry, counted while it comes, and never believed."""

import dataclasses
import io
import zipfile
from typing import NamedTuple

import pytest

from tests.hostile.archives import zipped
from tests.hostile.corpus import corpus
from tests.hostile.pictures import photo, saved
from tlcore.data.own import archive_in
from tlcore.ground import bounds
from tlcore.ground.errors import UserError


class Read(NamedTuple):
    """An entry, its bytes, why it was refused."""

    entry: archive_in.Entry
    content: bytes
    refused: UserError | None


def read(tmp_path, body):
    file = tmp_path / "brought"
    file.write_bytes(body)
    with archive_in.Archive(file) as archive:
        return [Read(entry, *content_of(archive, entry)) for entry in archive.entries]


def content_of(archive, entry):
    try:
        return archive.read(entry), None
    except UserError as error:
        return b"", error


def hostile(what):
    return next(body for told, _, body in corpus() if told == what)


@pytest.mark.usefixtures("unhurried")
@pytest.mark.parametrize(
    ("what", "key"),
    [
        ("zip bomb of one entry", "zip.heavy"),
        ("zip with a password", "zip.locked"),
        ("zip with a link", "zip.link"),
        ("zip with a device", "zip.link"),
        ("zip by bzip2", "zip.packing"),
        ("zip by lzma", "zip.packing"),
        ("zip in a zip", "zip.nested"),
        ("zip in a zip, called a picture", "zip.nested"),
        ("zip that lies: crc is 1", "zip.broken"),
    ],
)
def test_an_entry_is_refused_by_itself(tmp_path, what, key):
    found = read(tmp_path, hostile(what))
    assert found[0].refused.key == key
    assert found[0].content == b""
    assert [entry.refused for entry in found[1:]] == [None] * (len(found) - 1)


@pytest.mark.parametrize(
    ("what", "key"),
    [
        ("zip of 40,000", "zip.entries"),
        ("zip that points far", "zip.damaged"),
        ("zip that lies: its list has 4294967295 bytes", "zip.entries"),
        ("zip cut at 60%", "zip.damaged"),
        ("zip of nothing", "zip.empty"),
    ],
)
def test_a_zip_is_refused_as_a_whole(tmp_path, what, key):
    with pytest.raises(UserError, match=key):
        read(tmp_path, hostile(what))


def test_a_ratio_that_no_picture_has_is_refused(tmp_path):
    (found,) = read(tmp_path, zipped({"a/b.png": bytes(1_000_000)}))
    assert found.refused.key == "zip.ratio"


def test_bytes_are_counted_over_the_whole_zip(tmp_path):
    less = dataclasses.replace(bounds.VISITOR_OWN, zip_bytes=3_000)
    body = zipped({f"a/{n}.jpg": b"%d" % n * 1_000 for n in range(5)}, zipfile.ZIP_STORED)
    file = tmp_path / "brought"
    file.write_bytes(body)
    with archive_in.Archive(file, less) as archive:
        for entry in archive.entries[:3]:
            archive.read(entry)
        for entry in archive.entries[3:]:
            with pytest.raises(archive_in.Spent, match="own.sampled.total"):
                archive.read(entry)


def test_twenty_thousand_entries_are_listed_and_those_of_other_zips_count(tmp_path):
    file = tmp_path / "brought"
    file.write_bytes(zipped({f"a/{n}.jpg": b"x" for n in range(501)}))
    with archive_in.Archive(file, listed=archive_in.MOST_LISTED - 501) as archive:
        assert len(archive.entries) == 501
    with pytest.raises(UserError, match="zip.entries"):
        archive_in.Archive(file, listed=archive_in.MOST_LISTED - 500)


def test_time_is_bounded(tmp_path):
    file = tmp_path / "brought"
    file.write_bytes(zipped({"a/b.jpg": b"x"}))
    none = dataclasses.replace(bounds.VISITOR_OWN, zip_seconds=0.0)
    with (
        archive_in.Archive(file, none) as archive,
        pytest.raises(archive_in.Spent, match="own.sampled.slow"),
    ):
        archive.read(archive.entries[0])


def test_the_folder_is_the_class_and_paths_are_only_words(tmp_path):
    body = zipped({f"{path}/x.jpg": b"x" for path in ("pets/cat", "../../etc", "/abs", "C:\\win")})
    assert [(r.entry.folder, r.entry.name) for r in read(tmp_path, body)] == [
        ("cat", "x.jpg"),
        ("etc", "x.jpg"),
        ("abs", "x.jpg"),
        ("win", "x.jpg"),
    ]


def test_names_of_a_korean_windows_are_read(tmp_path):
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("XXXX/YYY.jpg", saved(photo(1)))
    body = file.getvalue().replace(b"XXXX", "개구".encode("cp949"))
    body = body.replace(b"YYY", "가1".encode("cp949"))
    (found,) = read(tmp_path, body)
    assert (found.entry.folder, found.entry.name) == ("개구", "가1.jpg")


def test_what_computers_add_is_passed_over(tmp_path):
    litter = ("__MACOSX/a/._1.jpg", "a/.DS_Store", "a/Thumbs.db", "a/desktop.ini", "a/")
    body = zipped(dict.fromkeys(litter, b"x") | {"a/1.jpg": b"x"})
    assert [r.entry.name for r in read(tmp_path, body)] == ["1.jpg"]
