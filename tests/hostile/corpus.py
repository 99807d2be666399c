"""All hostile files in one list, good pictures under bad names among them."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache

from tests.hostile.archives import zips
from tests.hostile.pictures import Hostile, photo, pictures, saved


@cache
def corpus() -> tuple[Hostile, ...]:
    found = [*pictures(), *zips(), *_names()]
    assert len({what for what, _, _ in found}) == len(found)
    return tuple(found)


BAD_NAMES = (
    "<script>alert(1)</script>.jpg",
    '"><img src=x onerror=alert(1)>.jpg',
    "[click](javascript:alert(1)).jpg",
    "![x](https://example.com/x.png).jpg",
    "**bold** $x^2$ :red[x].jpg",
    "{__class__} {0} {name!r}.jpg",
    "%s%s%s%n.jpg",
    "'; drop table runs; --.jpg",
    "../../../etc/passwd",
    "/etc/passwd",
    "C:\\Windows\\System32\\con",
    "CON",
    "NUL.jpg",
    "aux.png",
    "com1",
    ".",
    "..",
    "...",
    "-rf",
    "~",
    "set.json",
    ".lock",
    "a\0b.jpg",
    "a\nb\r\nSet-Cookie: x=1.jpg",
    "\x1b[31mred\x1b[0m.jpg",
    "\u202egpj.exe",
    "\u2066a\u2069\u200f\u200b\ufeff.jpg",
    "\ud800.jpg",
    "\ufdd0\U0010ffff.jpg",
    "Z\u0310\u0311\u0312" * 200 + ".jpg",
    "x" * 10_000,
    "가" * 5_000 + ".jpg",
    "\u1112\u1161\u11ab.jpg",
    "\U0001f469\u200d\U0001f4bb.jpg",
    " ",
    "",
    "\t\n",
    "a" * 300 + "/" * 300 + "b",
)


def _names() -> Iterator[Hostile]:
    """Good pictures that come under bad names, of a file as of a class."""
    for number, name in enumerate(BAD_NAMES):
        yield f"a picture called {name[:30]!r}", name, saved(photo(2_000 + number))
