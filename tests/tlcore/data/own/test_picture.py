"""Uploads are decoded as their camera saw them, whatever their form."""

from __future__ import annotations

import hashlib
import io
import struct
import zlib

import numpy as np
import pytest
from PIL import Image

from tests.tlcore.data.own.picture_house import corners, png_header, saved
from tlcore.data.own import picture
from tlcore.data.own.picture import SHOWN, decode
from tlcore.ground.errors import UserError


def quarters(pixels):
    """The colours of the four quarters of what came out, as names."""
    size = len(pixels)
    low, high = size // 4, size - 1 - size // 4
    names = {(1, 0, 0): "red", (0, 1, 0): "green", (0, 0, 1): "blue", (1, 1, 1): "white"}
    seen = [pixels[y, x] > 120 for y in (low, high) for x in (low, high)]
    return [names.get(tuple(int(c) for c in colour), str(colour)) for colour in seen]


UPRIGHT = ["red", "green", "blue", "white"]


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


def test_a_whole_picture_keeps_its_shape_and_is_never_enlarged():
    assert picture.whole(saved(corners(1000, 500))).shape == (160, 320, 3)
    assert picture.whole(saved(corners(40, 30))).shape == (30, 40, 3)
    assert quarters(picture.whole(saved(corners(640, 640)))) == UPRIGHT
