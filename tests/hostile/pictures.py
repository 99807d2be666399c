"""Pictures that bomb, break off, disguise themselves or lie in their notes; and small good ones."""

from __future__ import annotations

import io
import struct
import zipfile
import zlib
from collections.abc import Iterator
from typing import Any

import numpy as np
from PIL import Image, PngImagePlugin

Hostile = tuple[str, str, bytes]
SIGNATURE = b"\x89PNG\r\n\x1a\n"
SCRIPT = b"<script>alert(document.cookie)</script>"


def photo(seed: int = 0, width: int = 48, height: int = 40, mode: str = "RGB") -> Image.Image:
    """A small picture unlike that of any other seed."""
    rng = np.random.default_rng(seed)
    coarse = Image.fromarray(rng.integers(0, 255, (5, 6, 3), dtype=np.uint8))
    return coarse.resize((width, height), Image.Resampling.BICUBIC).convert(mode)


def saved(image: Image.Image, form: str = "JPEG", **more: Any) -> bytes:
    file = io.BytesIO()
    image.save(file, form, **more)
    return file.getvalue()


def chunk(name: bytes, body: bytes) -> bytes:
    crc = zlib.crc32(name + body)
    return struct.pack(">I", len(body)) + name + body + struct.pack(">I", crc)


def png(
    width: int, height: int, rows: bytes = b"", depth: int = 8, colour: int = 2, *more: bytes
) -> bytes:
    """A PNG that claims a size; `rows` are its unpacked bytes, whatever the size."""
    header = struct.pack(">IIBBBBB", width, height, depth, colour, 0, 0, 0)
    body = chunk(b"IDAT", zlib.compress(rows, 9))
    return SIGNATURE + chunk(b"IHDR", header) + b"".join(more) + body + chunk(b"IEND", b"")


def pictures() -> Iterator[Hostile]:
    yield from _bombs()
    yield from _torsos()
    yield from _other_kinds()
    yield from _disguises()
    yield from _modes()
    yield from _notes()


def _bombs() -> Iterator[Hostile]:
    for width, height in [
        (30_000, 30_000),
        (13_000, 13_000),
        (5_001, 5_000),
        (2**31 - 1, 1),
        (1, 2**31 - 1),
        (2**31 - 1, 2**31 - 1),
        (0, 10),
        (10, 0),
    ]:
        yield f"png claims {width}x{height}", "a.png", png(width, height)
    yield "png bomb, 24 MP of zeros", "a.png", png(6_000, 4_000, bytes((6_000 * 3 + 1) * 4_000))
    yield "png bomb, more rows than it has", "a.png", png(16, 16, bytes(30_000_000))
    text = zlib.compress(bytes(50_000_000), 9)
    ztxt = chunk(b"zTXt", b"comment\0\0" + text)
    yield "png with 50 MB of packed text", "a.png", png(32, 32, bytes(97 * 32), 8, 2, ztxt)
    itxt = chunk(b"iTXt", b"comment\0\1\0\0\0" + text)
    yield "png with 50 MB of packed itxt", "a.png", png(32, 32, bytes(97 * 32), 8, 2, itxt)
    iccp = chunk(b"iCCP", b"profile\0\0" + text)
    yield "png with a 50 MB colour profile", "a.png", png(32, 32, bytes(97 * 32), 8, 2, iccp)
    many = b"".join(chunk(b"tEXt", b"k\0" + bytes([n % 256])) for n in range(20_000))
    yield "png of 20,000 notes", "a.png", png(32, 32, bytes(97 * 32), 8, 2, many)
    empty = b"".join(chunk(b"IDAT", b"") for _ in range(20_000))
    yield "png of 20,000 empty pieces", "a.png", png(32, 32, b"", 8, 2, empty)
    good = bytearray(saved(photo(1, 64, 64)))
    at = good.index(b"\xff\xc0") + 5
    for height, width in ((65_535, 65_535), (65_535, 300), (1, 65_535), (0, 64)):
        struct.pack_into(">HH", good, at, height, width)
        yield f"jpeg claims {width}x{height}", "a.jpg", bytes(good)
    scans = saved(photo(2, 64, 64), progressive=True)
    last = scans.rindex(b"\xff\xda")
    yield "jpeg of 2,000 scans", "a.jpg", scans[:last] + scans[last:-2] * 2_000 + scans[-2:]
    frames = [photo(n) for n in range(60)]
    for form in ("WEBP", "PNG"):
        body = saved(frames[0], form, save_all=True, append_images=frames[1:])
        yield f"animated {form} of 60 frames", f"a.{form.lower()}", body
    moving = bytearray(saved(photo(3), "WEBP", save_all=True, append_images=[photo(4)]))
    at = moving.index(b"VP8X") + 12
    for width, height in ((16_383, 16_383), (1, 16_383), (5_100, 5_000)):
        moving[at : at + 6] = (width - 1).to_bytes(3, "little") + (height - 1).to_bytes(3, "little")
        yield f"webp canvas of {width}x{height}", "a.webp", bytes(moving)
    yield "one pixel", "a.png", saved(photo(5, 1, 1), "PNG")
    yield "a line 20,000 px long", "a.png", saved(photo(6, 20_000, 1), "PNG")
    yield "a strip of 8,000 x 20", "a.png", saved(photo(7, 8_000, 20), "PNG")


def _torsos() -> Iterator[Hostile]:
    """Cut at many places, and bytes turned."""
    rng = np.random.default_rng(5)
    for form, kind in (("JPEG", "jpg"), ("PNG", "png"), ("WEBP", "webp")):
        whole = saved(photo(10), form)
        for part in (1, 2, 3, 4, 8, 11, 12, 16, 20, 24, 30, 33, 40, 50, 60, 70, 80, 90, 95, 99):
            cut = part if part <= 33 else len(whole) * part // 100
            yield f"{form} cut after {cut} bytes of {len(whole)}", f"a.{kind}", whole[:cut]
        for turn in range(8):
            broken = bytearray(whole)
            for at in rng.integers(12, len(whole), 6):
                broken[at] ^= int(rng.integers(1, 255))
            yield f"{form} with six bytes turned, {turn}", f"a.{kind}", bytes(broken)


def _other_kinds() -> Iterator[Hostile]:
    svg = b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)">' + SCRIPT + b"</svg>"
    others = {
        "svg": svg,
        "html": b"<!doctype html>" + SCRIPT,
        "gif": saved(photo(20), "GIF"),
        "tiff": saved(photo(21), "TIFF"),
        "bmp": saved(photo(22), "BMP"),
        "ico": saved(photo(23), "ICO"),
        "ppm": saved(photo(24), "PPM"),
        "tga": saved(photo(25), "TGA"),
        "jp2": b"\0\0\0\x0cjP  \r\n\x87\n" + bytes(500),
        "psd": b"8BPS\0\1" + bytes(6) + struct.pack(">HIIHH", 3, 30_000, 30_000, 8, 3) + bytes(200),
        "fits": b"SIMPLE  =                    T".ljust(2_880),
        "eps": b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 9 9\nsystemdict /quit get exec\n",
        "pdf": b"%PDF-1.7\n1 0 obj<</OpenAction<</S/JavaScript/JS(app.alert(1))>>>>endobj",
        "wmf": b"\xd7\xcd\xc6\x9a" + bytes(200),
        "heic": b"\0\0\0\x18ftypheic" + bytes(300),
        "avif": b"\0\0\0\x18ftypavif" + bytes(300),
        "exe": b"MZ\x90\0" + bytes(500),
        "elf": b"\x7fELF\2\1\1" + bytes(500),
        "sh": b"#!/bin/sh\nrm -rf ~\n",
        "py": b"import os; os.system('id')\n",
        "pickle": b"cos\nsystem\n(S'id'\ntR.",
        "gz": b"\x1f\x8b\x08" + bytes(200),
        "7z": b"7z\xbc\xaf\x27\x1c" + bytes(200),
        "rar": b"Rar!\x1a\x07\x01\0" + bytes(200),
        "tar": b"a.txt".ljust(257, b"\0") + b"ustar\0" + bytes(500),
        "npy": b"\x93NUMPY\1\0" + bytes(200),
        "csv": b"=cmd|' /C calc'!A0\n",
        "txt": b"only words",
        "zeros": bytes(100_000),
        "nothing": b"",
        "one byte": b"\xff",
        "spaces": b" " * 1_000,
    }
    for kind, body in others.items():
        yield f"a {kind} under its name", f"a.{kind}", body
        yield f"a {kind} called a picture", f"{kind}.jpg", body


def _disguises() -> Iterator[Hostile]:
    """Two things in one file, and pictures called something else."""
    jpeg, plain, webp = (saved(photo(n), f) for n, f in ((30, "JPEG"), (31, "PNG"), (32, "WEBP")))
    inner = io.BytesIO()
    with zipfile.ZipFile(inner, "w") as archive:
        archive.writestr("../../evil.jpg", jpeg)
    for form, body in (("jpeg", jpeg), ("png", plain), ("webp", webp)):
        yield f"{form} and html behind it", f"{form}.html", body + SCRIPT
        yield f"{form} and a zip behind it", f"{form}.zip", body + inner.getvalue()
        yield f"{form} and a pdf behind it", f"{form}.pdf", body + b"%PDF-1.7"
        yield f"html and a {form} behind it", f"b.{form}", SCRIPT + body
        yield f"gif marker and a {form} behind it", f"c.{form}", b"GIF89a" + body
    yield "a jpeg called png", "d.png", saved(photo(33))
    yield "a png called jpg", "e.jpg", saved(photo(34), "PNG")
    yield "a webp called exe", "f.exe", saved(photo(35), "WEBP")
    yield "a script in a jpeg comment", "g.jpg", saved(photo(36), comment=SCRIPT)
    notes = PngImagePlugin.PngInfo()
    notes.add_text("<b>", SCRIPT.decode(), zip=True)
    yield "a script in a png note", "h.png", saved(photo(37), "PNG", pnginfo=notes)
    yield "a script in xmp", "i.webp", saved(photo(38), "WEBP", xmp=SCRIPT)


def _modes() -> Iterator[Hostile]:
    for number, mode in enumerate(("1", "L", "LA", "P", "RGB", "RGBA", "I;16")):
        image = photo(40 + number, mode="L" if mode == "I;16" else mode)
        if mode == "I;16":
            image = Image.fromarray(np.asarray(image).astype(np.uint16) * 257)
        yield f"png {mode}", "a.png", saved(image, "PNG")
    for number, mode in enumerate(("L", "RGB", "CMYK")):
        yield f"jpeg {mode}", "a.jpg", saved(photo(50 + number, mode=mode), "JPEG")
    for number, mode in enumerate(("RGB", "RGBA")):
        whole = saved(photo(55 + number, mode=mode), "WEBP", lossless=True)
        yield f"webp {mode} without loss", "a.webp", whole
    for depth in (3, 5, 32, 255):
        yield f"png of {depth} bits", "a.png", png(16, 16, bytes(500), depth)
    for colour in (1, 5, 7, 200):
        yield f"png of colour type {colour}", "a.png", png(16, 16, bytes(500), 8, colour)
    yield "png palette of nothing", "a.png", png(16, 16, bytes(17 * 16), 8, 3)
    short = chunk(b"PLTE", b"\1\2\3")
    yield "png past its palette", "a.png", png(16, 16, b"\0" + b"\xff" * 16, 8, 3, short)
    twice = chunk(b"IHDR", struct.pack(">IIBBBBB", 9, 9_999_999, 8, 2, 0, 0, 0))
    yield "png of two headers", "a.png", png(16, 16, bytes(49 * 16), 8, 2, twice)


def _notes() -> Iterator[Hostile]:
    """What stands in a camera's notes is believed by nobody."""
    for number, exif in enumerate(
        (
            b"Exif\0\0MM\0*\xff\xff\xff\xff",
            b"Exif\0\0garbage",
            b"Exif\0\0II*\0\x08\0\0\0\xff\xff" + bytes(60),
            b"Exif\0\0II*\0\x08\0\0\0\x01\0\x12\x01\x03\0\xff\xff\xff\x7f\x06\0\0\0",
            b"Exif\0\0MM\0*\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01\0\x63\0\0\0\0\0\0",
            b"Exif\0\0II*\0\x08\0\0\0" + (b"\x01\0" + bytes(12) + b"\x08\0\0\0") * 2_000,
            b"Exif\0\0" + b"A" * 65_000,
        )
    ):
        yield f"camera notes, broken {number}", "a.jpg", saved(photo(60 + number), exif=exif)
    where = Image.Exif()
    where.get_ifd(0x8825)[2] = (37.0, 33.0, 58.0)
    where[0x010F] = "<b>camera</b>"
    yield "camera notes with a place", "a.jpg", saved(photo(70), exif=where)
    yield "a jpeg full of markers", "a.jpg", b"\xff\xd8" + b"\xff\xe1\0\x10" + b"A" * 14 * 5_000
    parts = (
        b"\xff\xe2" + struct.pack(">H", 2 + 12 + 2 + 100) + b"ICC_PROFILE\0\x01\xff" + bytes(100)
    )
    body = saved(photo(71))
    yield "a colour profile in 255 parts", "a.jpg", body[:2] + parts * 255 + body[2:]
