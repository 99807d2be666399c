"""An uploaded picture, decoded without trusting it: in the worker, never in the web process.

Three formats only, recognised by their first bytes, on every way in (the browser asks the same
before it makes a picture small: shrink.js); a file that is cut short is refused, what is too large
by its header, before a pixel is unpacked.  A result holds only what `decode` gives: upright, its
middle square, small.  That drops whatever else is in the file (place, camera, a payload).  A
picture for a set (tlcore.experiments.take_in.run) is kept whole: `whole`.
"""

from __future__ import annotations

import hashlib
import io
import struct
import warnings
import zlib
from pathlib import Path

import numpy as np
import numpy.typing as npt
from PIL import Image, ImageOps, UnidentifiedImageError

from tlcore.ground.errors import UserError

Pixels = npt.NDArray[np.uint8]

FORMATS = ("JPEG", "PNG", "WEBP")
SUFFIXES = ("jpg", "jpeg", "png", "webp")
MIME = ("image/jpeg", "image/png", "image/webp")
MAX_BYTES = 20 * 2**20
MAX_PIXELS = 25_000_000  # a telephone's 24 megapixels
SHOWN = 320  # px, at most
SMALLEST = 16  # px; of a narrower strip no network could make anything

# For the whole process: above it Pillow warns (here an error), above twice as much it refuses.
Image.MAX_IMAGE_PIXELS = MAX_PIXELS

# What decoders raise at bytes that are not what they say: a closed set, or a fault of our own
# would be told as one of the picture's.
_BROKEN = (
    OSError,
    SyntaxError,
    ValueError,
    EOFError,
    IndexError,
    KeyError,
    TypeError,
    OverflowError,
    AssertionError,  # a palette that is not there
    AttributeError,
    MemoryError,  # a header that asks for more than there is
    struct.error,
    zlib.error,
)


def file_of(data_dir: Path, sha256: str) -> Path:
    """Where the bytes of an upload lie."""
    return data_dir / "uploads" / sha256


def read(data_dir: Path, sha256: str) -> Pixels:
    """An upload by its name, as `decode` gives it.  Raises UserError("picture.gone") besides."""
    try:
        with file_of(data_dir, sha256).open("rb") as file:
            content = file.read(MAX_BYTES + 1)
    except FileNotFoundError:
        raise UserError("picture.gone") from None
    if len(content) <= MAX_BYTES and hashlib.sha256(content).hexdigest() != sha256:
        raise UserError("picture.damaged")  # cut while it was written
    return decode(content)


def decode(content: bytes) -> Pixels:
    """(S, S, 3) of RGB, S at most SHOWN: the first frame, upright, its middle square.

    What is transparent becomes white.  Raises UserError: picture.heavy (limit in MB),
    picture.format, picture.too_large (limit in megapixels), picture.damaged.
    """
    return _decoded(content, square=True)


def whole(content: bytes) -> Pixels:
    """(H, W, 3) of RGB, the longer side at most SHOWN: as `decode`, with nothing cut off.

    Raises UserError("picture.tiny", limit in px) besides, where too little of it would be left.
    """
    pixels = _decoded(content, square=False)
    if min(pixels.shape[:2]) < SMALLEST:
        raise UserError("picture.tiny", limit=SMALLEST)
    return pixels


def _decoded(content: bytes, square: bool) -> Pixels:
    if len(content) > MAX_BYTES:
        raise UserError("picture.heavy", limit=MAX_BYTES // 2**20)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            with Image.open(io.BytesIO(content), formats=FORMATS) as image:
                if not is_whole(content):
                    raise UserError("picture.damaged")
                if image.format == "PNG" and not _can_unpack_to(content, *image.size):
                    raise UserError("picture.damaged")
                return np.array(_small(image, square))
    except UnidentifiedImageError:
        raise UserError("picture.format") from None
    except (Image.DecompressionBombWarning, Image.DecompressionBombError):
        raise UserError("picture.too_large", limit=MAX_PIXELS // 10**6) from None
    except _BROKEN:
        raise UserError("picture.damaged") from None


def is_whole(content: bytes) -> bool:
    """Whether a JPEG, PNG or WebP file goes on to its own end; a decoder may be content with less
    and leave a part of the picture blank.  What stands behind the end does not matter.

    ITU-T T.81 B.1 (markers), W3C PNG 3 section 5 (chunks), RFC 9649 section 2.3 (RIFF).
    """
    if content.startswith(b"RIFF") and content[8:12] == b"WEBP":
        return len(content) >= 8 + int.from_bytes(content[4:8], "little")
    if content.startswith(b"\x89PNG\r\n\x1a\n"):
        at, kind = 8, b""
        while kind != b"IEND" and at + 12 <= len(content):
            kind = content[at + 4 : at + 8]
            at += 12 + int.from_bytes(content[at : at + 4], "big")
        return kind == b"IEND" and at <= len(content)
    if not content.startswith(b"\xff\xd8\xff"):
        return False
    at = 2
    while 0 <= (at := content.find(b"\xff", at)) < len(content) - 1:
        kind_of = content[at + 1]
        if kind_of == 0xD9:  # the end of the image
            return True
        if kind_of in (0, 1) or 0xD0 <= kind_of <= 0xD8:  # a value, or a marker without a length
            at += 2
        elif kind_of == 0xFF:  # filling
            at += 1
        else:
            at += 2 + int.from_bytes(content[at + 2 : at + 4], "big")
    return False


def _can_unpack_to(content: bytes, width: int, height: int) -> bool:
    """Whether a PNG's bytes suffice for its pixels, before memory is asked for them.

    Deflate packs at most 1,032 to 1 (https://zlib.net/zlib_tech.html); the bit depth and the
    colour type (its channels) are the ninth and tenth byte of IHDR, which begins at byte 16.
    """
    bits = content[24] * {2: 3, 4: 2, 6: 4}.get(content[25], 1)
    return len(content) * 1032 >= width * height * bits / 8


def _small(image: Image.Image, square: bool) -> Image.Image:
    """Made small before anything else, so that only the decoder holds the whole picture."""
    image.draft(image.mode, (2 * SHOWN, 2 * SHOWN))  # a JPEG is unpacked no larger than needed
    plain = _resizable(image)
    width, height = plain.size
    edge = min(width, height)
    cut = (edge, edge) if square else (width, height)
    scale = min(1, SHOWN / max(cut))
    size = max(1, round(cut[0] * scale)), max(1, round(cut[1] * scale))
    left, top = (width - cut[0]) / 2, (height - cut[1]) / 2
    box = (left, top, left + cut[0], top + cut[1])
    small = plain.resize(size, Image.Resampling.LANCZOS, box, reducing_gap=2.0)
    small.info = image.info
    try:
        small = ImageOps.exif_transpose(small)
    except _BROKEN:  # its notes are broken, the picture is not
        small.info = {}
    if small.has_transparency_data:
        paper = Image.new("RGBA", small.size, "white")
        small = Image.alpha_composite(paper, small.convert("RGBA"))
    return small.convert("RGB")


def _resizable(image: Image.Image) -> Image.Image:
    """In a mode whose values can be averaged, 8 bits each."""
    if image.mode.startswith("I"):  # 16 bits of grey; Pillow would clip them at 255
        high = np.asarray(image).clip(0, 65_535) >> 8
        return Image.fromarray(high.astype(np.uint8))
    if image.mode in ("1", "P", "PA"):
        return image.convert("RGBA" if image.has_transparency_data else "RGB")
    return image
