"""Uploads that cannot be shown are refused in one sentence: quickly, in little memory, no crash."""

from __future__ import annotations

import random
import resource
import struct
import sys
import time
import zlib

import pytest
from PIL import Image

from tests.tlcore.data.own.picture_house import corners, png_header, saved
from tlcore.data.own import picture
from tlcore.data.own.picture import MAX_PIXELS, SHOWN, decode
from tlcore.ground.errors import UserError
from tlcore.words import i18n


def webp_canvas(width, height):
    """An animated WebP whose canvas claims another size than its frames have."""
    frames = [corners(), corners().rotate(90)]
    good = bytearray(saved(frames[0], "WEBP", save_all=True, append_images=frames[1:]))
    at = good.index(b"VP8X") + 12
    good[at : at + 6] = (width - 1).to_bytes(3, "little") + (height - 1).to_bytes(3, "little")
    return bytes(good)


HOSTILE = {
    "nothing": (b"", "format"),
    "text": (b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>", "format"),
    "html": (b"<!DOCTYPE html><img src=x onerror=alert(1)>", "format"),
    "gif": (saved(corners(), "GIF"), "format"),
    "bmp": (saved(corners(), "BMP"), "format"),
    "tiff": (saved(corners(), "TIFF"), "format"),
    "pdf": (saved(corners(), "PDF"), "format"),
    "eps": (saved(corners(), "EPS"), "format"),
    "icon": (saved(corners(), "ICO"), "format"),
    "signature only": (b"\x89PNG\r\n\x1a\n", "format"),
    "jpeg signature only": (b"\xff\xd8\xff", "format"),
    "jpeg, half": (saved(corners(500, 500), "JPEG")[:3000], "damaged"),
    "png, half": (saved(corners(500, 500))[:300], "damaged"),
    "webp, half": (saved(corners(500, 500), "WEBP")[:200], "damaged"),
    "png without pixels": (png_header(40, 40), "damaged"),
    "png, 26 million": (png_header(5_200, 5_000), "too_large"),
    "png, 900 million": (png_header(30_000, 30_000), "too_large"),
    "png, four billion": (png_header(2**31 - 1, 2), "too_large"),
    "png, nothing wide": (png_header(0, 40), "format"),
    "webp, 30 million": (webp_canvas(6_000, 5_000), "too_large"),
    "webp, 4 billion": (webp_canvas(65_535, 65_535), "too_large"),
    "heavy": (b"\xff\xd8\xff" + bytes(picture.MAX_BYTES), "heavy"),
}  # fmt: skip


def bombs():
    """Small files that unpack to many pixels or much text."""
    black = Image.new("1", (5_000, 5_000))
    yield "png, 25 million at 1 bit", saved(black)
    yield "png, 25 million with colours", saved(Image.new("RGBA", (5_000, 5_000)))
    yield "png, 25 million of a palette", saved(Image.new("P", (5_000, 5_000)))
    yield "png, 25 million of 16 bits", saved(Image.new("I;16", (5_000, 5_000)))
    yield "jpeg, 25 million", saved(Image.new("RGB", (5_000, 5_000)), "JPEG")
    yield "jpeg for print", saved(Image.new("CMYK", (5_000, 5_000)), "JPEG")
    yield "jpeg in passes", saved(Image.new("RGB", (5_000, 5_000)), "JPEG", progressive=True)
    yield "webp, 25 million", saved(Image.new("RGB", (5_000, 5_000)), "WEBP", method=0)
    frames = [Image.new("L", (64, 64), n % 256) for n in range(2_000)]
    yield "webp, 2,000 frames", saved(frames[0], "WEBP", save_all=True, append_images=frames[1:])
    text = zlib.compress(bytes(200_000_000), 9)
    body = b"Comment\0\0" + text
    chunk = struct.pack(">I", len(body)) + b"zTXt" + body
    chunk += struct.pack(">I", zlib.crc32(b"zTXt" + body))
    plain = saved(corners())
    yield "png with 200 MB of text", plain[:33] + chunk + plain[33:]


@pytest.mark.parametrize("name", HOSTILE)
def test_what_cannot_be_shown_is_refused_in_a_sentence(name):
    content, key = HOSTILE[name]
    began = time.process_time()
    with pytest.raises(UserError) as told:
        decode(content)
    assert time.process_time() - began < 1
    assert told.value.key == f"picture.{key}"
    for language in i18n.LANGUAGES:
        assert i18n.tell(told.value, language)


@pytest.mark.usefixtures("unhurried")
@pytest.mark.skipif(sys.platform == "win32", reason="reads the peak of memory")
def test_bombs_cost_less_than_a_second_and_half_a_gigabyte():
    for name, content in bombs():
        assert len(content) < picture.MAX_BYTES
        before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        began = time.process_time()
        try:
            pixels = decode(content)
        except UserError as refused:
            assert refused.key == "picture.damaged", name  # noqa: PT017 - either is well
        else:
            assert pixels.shape[0] <= SHOWN
        spent = time.process_time() - began
        grown = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024
        assert spent < 1, name
        assert grown < 500, name


def test_a_wrong_name_is_no_matter_and_the_limit_holds_for_the_process():
    assert Image.MAX_IMAGE_PIXELS == MAX_PIXELS


@pytest.mark.parametrize("form", picture.FORMATS)
def test_damaged_bytes_anywhere_are_a_picture_or_a_sentence(form):
    """1,500 flips, cuts and repeats each; a fault of another kind would fail here."""
    exif = Image.Exif()
    exif[0x0112] = 6
    exif[0x010E] = "a note"
    good = saved(corners(64, 48), form, exif=exif)
    draw = random.Random(form)
    told = set()
    for _ in range(1500):
        bad = bytearray(good)
        for _ in range(draw.randint(1, 4)):
            at = draw.randrange(len(bad))
            kind = draw.randrange(3)
            if kind == 0:
                bad[at] = draw.randrange(256)
            elif kind == 1:
                del bad[at : at + draw.randrange(1, 9)]
            else:
                bad[at:at] = bad[at : at + draw.randrange(1, 9)]
        try:
            assert decode(bytes(bad)).shape[2] == 3
        except UserError as refused:
            told.add(refused.key)
    assert told <= {"picture.damaged", "picture.format", "picture.too_large"}
    assert "picture.damaged" in told


@pytest.mark.parametrize("size", [(8_000, 20), (20, 8_000), (15, 15), (1, 1)])
def test_of_a_strip_too_little_would_be_left(size):
    with pytest.raises(UserError) as told:
        picture.whole(saved(Image.new("RGB", size), "PNG"))
    assert told.value.key == "picture.tiny"
    assert told.value.values == {"limit": picture.SMALLEST}
