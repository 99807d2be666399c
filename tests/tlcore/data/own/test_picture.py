"""Uploads are decoded or refused in one sentence: quickly, in little memory, never a crash."""

from __future__ import annotations

import hashlib
import io
import random
import resource
import struct
import sys
import time
import zlib

import numpy as np
import pytest
from PIL import Image

from tlcore.data.own import picture
from tlcore.data.own.picture import MAX_PIXELS, SHOWN, decode
from tlcore.ground.errors import UserError
from tlcore.words import i18n


def saved(image, form="PNG", **more):
    file = io.BytesIO()
    image.save(file, form, **more)
    return file.getvalue()


def corners(width=40, height=40, mode="RGB"):
    """Red, green / blue, white: each quarter one colour, so turns and mirrors are seen."""
    pixels = np.zeros((height, width, 3), np.uint8)
    pixels[: height // 2, : width // 2] = (250, 0, 0)
    pixels[: height // 2, width // 2 :] = (0, 250, 0)
    pixels[height // 2 :, : width // 2] = (0, 0, 250)
    pixels[height // 2 :, width // 2 :] = (250, 250, 250)
    return Image.fromarray(pixels).convert(mode)


def quarters(pixels):
    """The colours of the four quarters of what came out, as names."""
    size = len(pixels)
    low, high = size // 4, size - 1 - size // 4
    names = {(1, 0, 0): "red", (0, 1, 0): "green", (0, 0, 1): "blue", (1, 1, 1): "white"}
    seen = [pixels[y, x] > 120 for y in (low, high) for x in (low, high)]
    return [names.get(tuple(int(c) for c in colour), str(colour)) for colour in seen]


UPRIGHT = ["red", "green", "blue", "white"]


def png_header(width, height, depth=8, colour=2):
    """A PNG that only claims its size: no pixels follow."""

    def chunk(name, body):
        return (
            struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))
        )

    header = struct.pack(">IIBBBBB", width, height, depth, colour, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", b"") + chunk(b"IEND", b"")


def webp_canvas(width, height):
    """An animated WebP whose canvas claims another size than its frames have."""
    frames = [corners(), corners().rotate(90)]
    good = bytearray(saved(frames[0], "WEBP", save_all=True, append_images=frames[1:]))
    at = good.index(b"VP8X") + 12
    good[at : at + 6] = (width - 1).to_bytes(3, "little") + (height - 1).to_bytes(3, "little")
    return bytes(good)


@pytest.mark.parametrize("form", picture.FORMATS)
def test_the_middle_square_at_most_320_px(form):
    wide = Image.new("RGB", (1000, 500), (9, 9, 9))
    wide.paste(corners(500, 500), (250, 0))
    pixels = decode(saved(wide, form))
    assert pixels.shape == (SHOWN, SHOWN, 3)
    assert pixels.dtype == np.uint8
    assert quarters(pixels) == UPRIGHT
    edge = pixels[SHOWN // 4, 2]
    assert edge[0] > 200  # the grey at both sides was cut off
    assert decode(saved(corners(100, 60), form)).shape == (60, 60, 3)  # never enlarged


TURNED = {  # what a camera means by its orientation: how the sensor lay
    1: [],
    2: [Image.Transpose.FLIP_LEFT_RIGHT],
    3: [Image.Transpose.ROTATE_180],
    4: [Image.Transpose.FLIP_TOP_BOTTOM],
    5: [Image.Transpose.TRANSPOSE],
    6: [Image.Transpose.ROTATE_90],
    7: [Image.Transpose.TRANSVERSE],
    8: [Image.Transpose.ROTATE_270],
}


@pytest.mark.parametrize("form", picture.FORMATS)
@pytest.mark.parametrize("orientation", TURNED)
def test_a_picture_lies_as_its_camera_saw_it(orientation, form):
    image = corners(400, 400)
    for turn in TURNED[orientation]:
        image = image.transpose(turn)
    exif = Image.Exif()
    exif[0x0112] = orientation
    assert quarters(decode(saved(image, form, exif=exif))) == UPRIGHT


def test_broken_notes_of_a_camera_do_not_cost_the_picture():
    for exif in (
        b"Exif\0\0MM\0*\xff\xff\xff\xff",
        b"Exif\0\0garbage",
        b"Exif\0\0II*\0\x08\0\0\0\xff",
    ):
        assert quarters(decode(saved(corners(), "JPEG", exif=exif, quality=95))) == UPRIGHT


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGB", "RGBA", "I;16"])
def test_every_kind_of_png_is_read(mode):
    if mode == "I;16":
        grey = np.asarray(corners(mode="L")).astype(np.uint16) * 257
        content = saved(Image.fromarray(grey))
        assert Image.open(io.BytesIO(content)).mode == "I;16"
    else:
        content = saved(corners().quantize(8) if mode == "P" else corners(mode=mode))
    expected = np.asarray(corners(mode="1" if mode == "1" else "L").convert("L")).astype(int)
    seen = np.asarray(Image.fromarray(decode(content)).convert("L")).astype(int)
    assert np.abs(seen - expected)[5:15, 5:15].max() <= 2
    assert np.abs(seen - expected)[25:, 25:].max() <= 2


def test_sixteen_bits_of_colour_too():
    rows = b"".join(b"\0" + struct.pack(">HHH", 65535, 32768, 0) * 4 for _ in range(4))
    body = png_header(4, 4, depth=16)
    data = zlib.compress(rows)
    chunk = struct.pack(">I", len(data)) + b"IDAT" + data
    chunk += struct.pack(">I", zlib.crc32(b"IDAT" + data))
    content = body.replace(
        struct.pack(">I", 0) + b"IDAT" + struct.pack(">I", zlib.crc32(b"IDAT")), chunk
    )
    assert decode(content)[1, 1].tolist() == [255, 128, 0]


@pytest.mark.parametrize("progressive", [False, True])
def test_a_jpeg_for_print_has_its_colours(progressive):
    cmyk = corners(mode="CMYK")
    pixels = decode(saved(cmyk, "JPEG", quality=95, progressive=progressive))
    assert quarters(pixels) == UPRIGHT


def test_what_is_transparent_becomes_white():
    clear = corners(mode="RGBA")
    clear.putalpha(Image.fromarray(np.tile(np.repeat([0, 255], 20).astype(np.uint8), (40, 1))))
    for content in (saved(clear), saved(clear, "WEBP", lossless=True), saved(clear.quantize(16))):
        assert quarters(decode(content)) == ["white", "green", "white", "white"]
    palette = corners().quantize(8)
    red = palette.getpixel((2, 2))
    assert quarters(decode(saved(palette, transparency=red)))[0] == "white"


@pytest.mark.parametrize("form", ["WEBP", "PNG"])
def test_of_an_animation_the_first_frame_is_shown(form):
    later = [Image.new("RGB", (40, 40), "black") for _ in range(3)]
    moving = saved(corners(), form, save_all=True, append_images=later)
    assert quarters(decode(moving)) == UPRIGHT


@pytest.mark.parametrize(("width", "height"), [(1, 1), (10_000, 1), (1, 10_000), (2, 3)])
def test_odd_shapes_are_a_square_too(width, height):
    edge = min(width, height)
    assert decode(saved(Image.new("RGB", (width, height)))).shape == (edge, edge, 3)


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


def test_an_upload_is_found_by_the_hash_of_its_bytes(tmp_path):
    content = saved(corners())
    name = hashlib.sha256(content).hexdigest()
    with pytest.raises(UserError, match=r"picture\.gone"):
        picture.read(tmp_path, name)
    file = picture.file_of(tmp_path, name)
    file.parent.mkdir()
    file.write_bytes(content)
    assert quarters(picture.read(tmp_path, name)) == UPRIGHT
    file.write_bytes(content[:-1])
    with pytest.raises(UserError, match=r"picture\.damaged"):
        picture.read(tmp_path, name)
    file.write_bytes(bytes(picture.MAX_BYTES + 1))
    with pytest.raises(UserError, match=r"picture\.heavy"):
        picture.read(tmp_path, name)


@pytest.mark.parametrize("size", [(8_000, 20), (20, 8_000), (15, 15), (1, 1)])
def test_of_a_strip_too_little_would_be_left(size):
    with pytest.raises(UserError) as told:
        picture.whole(saved(Image.new("RGB", size), "PNG"))
    assert told.value.key == "picture.tiny"
    assert told.value.values == {"limit": picture.SMALLEST}


def test_a_whole_picture_keeps_its_shape_and_is_never_enlarged():
    assert picture.whole(saved(corners(1000, 500))).shape == (160, 320, 3)
    assert picture.whole(saved(corners(40, 30))).shape == (30, 40, 3)
    assert quarters(picture.whole(saved(corners(640, 640)))) == UPRIGHT
