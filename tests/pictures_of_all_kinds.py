"""Picture files that are taken, and those that are not: other kinds, and each kind cut short."""

from __future__ import annotations

from PIL import Image, features

from tests.hostile.pictures import photo, png, saved

TAKEN = {
    "plain.jpg": saved(photo(1, 90, 70)),
    "progressive.jpg": saved(photo(2, 90, 70), progressive=True),
    "grey.jpg": saved(photo(3, 90, 70, "L")),
    "plain.png": saved(photo(4, 90, 70), "PNG"),
    "alpha.png": saved(photo(5, 90, 70, "RGBA"), "PNG"),
    "lossy.webp": saved(photo(6, 90, 70), "WEBP"),
    "lossless.webp": saved(photo(7, 90, 70), "WEBP", lossless=True),
}
MORE_BEHIND = {name: body + b"\0\xff\xd9 more" for name, body in TAKEN.items()}


def _with_a_small_one_inside() -> bytes:
    """A JPEG whose camera notes hold a whole JPEG: its end is not the picture's."""
    notes = b"Exif\0\0" + saved(photo(8, 30, 20))
    return saved(photo(9, 90, 70), exif=notes)


TAKEN["noted.jpg"] = _with_a_small_one_inside()


def cut_short() -> dict[str, bytes]:
    """Each at many places, its last bytes among them."""
    found = {}
    for name, body in TAKEN.items():
        for part in (30, 60, 90, 99):
            found[f"{part}-{name}"] = body[: len(body) * part // 100]
        found[f"last-{name}"] = body[:-2]
    return found


def other_kinds() -> dict[str, bytes]:
    heic = b"\0\0\0\x18ftypheic" + bytes(300)
    found = {"a.heic": heic, "a.svg": b"<svg xmlns='http://www.w3.org/2000/svg'/>"}
    for kind in ("GIF", "BMP", "TIFF"):
        found[f"a.{kind.lower()}"] = saved(photo(20, 90, 70), kind)
    if features.check("avif"):
        found["a.avif"] = saved(photo(21, 90, 70), "AVIF")
    found["gif-called.jpg"] = saved(photo(22, 90, 70), "GIF")
    found["none.jpg"] = b"no picture at all"
    moving = [Image.new("RGB", (30, 30), colour) for colour in ("red", "blue")]
    found["moving.gif"] = saved(moving[0], "GIF", save_all=True, append_images=moving[1:])
    return found


def damaged_inside() -> bytes:
    """A PNG that goes on to its end; the name of its last piece of pixels is none."""
    body = saved(photo(23, 500, 500), "PNG")
    at = body.rindex(b"IDAT")
    return body[:at] + b"I\x01AT" + body[at + 4 :]


def too_many_pixels() -> bytes:
    """A PNG that claims 400 megapixels."""
    return png(20_000, 20_000)
