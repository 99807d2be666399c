"""Archives with bad paths, bombs, and entries, sizes and lists that lie."""

from __future__ import annotations

import io
import struct
import zipfile
from collections.abc import Iterator
from typing import Any

from tests.hostile.pictures import SCRIPT, Hostile, photo, png, saved


def zipped(entries: dict[str, bytes], packing: int = zipfile.ZIP_DEFLATED, **more: Any) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", packing, **more) as archive:
        for name, body in entries.items():
            archive.writestr(name, body)
    return file.getvalue()


def zips() -> Iterator[Hostile]:
    def good(seed: int) -> bytes:
        return saved(photo(1_000 + seed))

    for number, path in enumerate(
        (
            "../../../../tmp/evil.jpg",
            "/etc/passwd/evil.jpg",
            "C:\\Windows\\evil.jpg",
            "..\\..\\evil.jpg",
            "\\\\server\\share\\evil.jpg",
            "a/../../b/evil.jpg",
            "./././x/evil.jpg",
            "~/x/evil.jpg",
            "x//////evil.jpg",
            "CON/NUL.jpg",
            "a\u202egnp/evil.jpg",
            "<img src=x onerror=alert(1)>/evil.jpg",
            "x/" + "n" * 10_000 + ".jpg",
            "d/" * 3_000 + "evil.jpg",
            "x/\x1b[2Jevil.jpg",
            "../set.json",
            "x/../../own-0/set.json",
        )
    ):
        yield f"zip with the path {path[:40]!r}", "a.zip", zipped({path: good(number)})
    whole = zipped({f"cat/{n}.jpg": good(20 + n) for n in range(4)})
    yield "zip bomb of one entry", "a.zip", zipped({"a/x.jpg": bytes(60_000_000)}, compresslevel=9)
    bombs = {f"a/{n}.jpg": bytes(4_500_000) for n in range(30)}
    yield "zip bomb of thirty entries", "a.zip", zipped(bombs, compresslevel=9)
    flat = {f"a/{n}.png": png(6_000, 4_000, bytes(18_001 * 40)) for n in range(20)}
    yield "zip of png bombs", "a.zip", zipped(flat)
    yield "zip of 501", "a.zip", zipped({f"a/{n}.jpg": b"x" for n in range(501)})
    yield "zip of 40,000", "a.zip", zipped({f"a/{n}": b"" for n in range(40_000)})
    yield "zip in a zip", "a.zip", zipped({"a/b.zip": zipped({"c/d.jpg": good(30)})})
    yield "zip in a zip, called a picture", "a.zip", zipped({"a/b.jpg": zipped({"x": b"1"})})
    deep = good(31)
    for _ in range(50):
        deep = zipped({"a/b.zip": deep}, zipfile.ZIP_STORED)
    yield "zip fifty deep", "a.zip", deep
    yield "zip by bzip2", "a.zip", zipped({"a/b.jpg": bytes(40_000_000)}, zipfile.ZIP_BZIP2)
    yield "zip by lzma", "a.zip", zipped({"a/b.jpg": bytes(40_000_000)}, zipfile.ZIP_LZMA)
    yield "zip of nothing", "a.zip", zipped({})
    yield "zip without folders", "a.zip", zipped({"b.jpg": good(32)})
    yield "zip of a text", "a.zip", zipped({"a/readme.txt": b"hello"})
    yield "zip called jpg", "a.jpg", whole
    for part in (10, 30, 60, 90, 99):
        yield f"zip cut at {part}%", "a.zip", whole[: len(whole) * part // 100]
    for field, at, form in (("packed", 20, "<L"), ("unpacked", 24, "<L"), ("crc", 16, "<L")):
        for lie in (0, 1, 2**31, 2**32 - 1):
            broken = bytearray(whole)
            struct.pack_into(form, broken, broken.index(b"PK\1\2") + at, lie)
            yield f"zip that lies: {field} is {lie}", "a.zip", bytes(broken)
    for offset in (1, 2**20, 2**32 - 1):
        broken = bytearray(whole)
        struct.pack_into("<L", broken, broken.index(b"PK\1\2") + 42, offset)
        yield f"zip that lies: an entry begins at {offset}", "a.zip", bytes(broken)
    end = whole.rindex(b"PK\5\6")
    for entries in (0, 1, 65_535):
        broken = bytearray(whole)
        struct.pack_into("<HH", broken, end + 8, entries, entries)
        yield f"zip that lies: {entries} entries", "a.zip", bytes(broken)
    for size in (0, 2**20 + 1, 2**32 - 1):
        broken = bytearray(whole)
        struct.pack_into("<L", broken, end + 12, size)
        yield f"zip that lies: its list has {size} bytes", "a.zip", bytes(broken)
    far = b"PK\6\7" + struct.pack("<LQL", 0, 0, 1)
    yield "zip that points far", "a.zip", whole[:end] + far + whole[end:]
    locked = bytearray(whole)
    for head, at in ((b"PK\3\4", 6), (b"PK\1\2", 8)):
        place = locked.index(head) + at
        locked[place] |= 1
    yield "zip with a password", "a.zip", bytes(locked)
    for kind, bits in (("link", 0o120777), ("device", 0o020666), ("pipe", 0o010666)):
        file = io.BytesIO()
        with zipfile.ZipFile(file, "w") as archive:
            info = zipfile.ZipInfo(f"a/{kind}.jpg")
            info.external_attr = bits << 16
            archive.writestr(info, b"/etc/passwd")
        yield f"zip with a {kind}", "a.zip", file.getvalue()
    shared = bytearray(zipped({"a/1.jpg": good(40), "a/2.jpg": good(41)}))
    first = shared.index(b"PK\1\2")
    struct.pack_into("<L", shared, shared.index(b"PK\1\2", first + 4) + 42, 0)
    yield "zip whose entries overlap", "a.zip", bytes(shared)
    yield "zip behind an html page", "a.zip", SCRIPT + whole
    comment = io.BytesIO()
    with zipfile.ZipFile(comment, "w") as archive:
        archive.writestr("a/1.jpg", good(42))
        archive.comment = b"PK\5\6" + bytes(60_000)
    yield "zip with an end in its comment", "a.zip", comment.getvalue()
