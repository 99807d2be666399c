"""Write the sheets of Fashion-MNIST: python -m tlcore samples --data DIR|download."""

from __future__ import annotations

import hashlib
import io
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from PIL import Image

from tlcore.data.known import clothing_source, garments
from tlcore.making import tool_options
from tlcore.making.pretrain import fashion

COMMAND = "python -m tlcore samples --data DIR"


def main(argv: Sequence[str]) -> int:
    args = tool_options.samples().parse_args(argv)
    write(fashion.folder(args.data), args.out)
    write_source(fashion.folder(args.data), args.source_out)
    return 0


def write(source: Path, out: Path) -> None:
    """The first pictures of each class, in the order of the files: nothing is picked by hand."""
    train = _interleaved(*fashion.read(source, "train"), garments.TRAIN)
    held_out = _interleaved(*fashion.read(source, "t10k"), garments.VAL + garments.TEST)
    tiles = np.concatenate([train, held_out])
    card = {
        "name": "garments",
        "what": "four classes of Fashion-MNIST that the clothing backbone was not trained on",
        "classes": garments.CLASSES,
        "tiles": "28 px, grey, row-major, 100 a row; tile i shows class i modulo 4",
        "train": f"{garments.TRAIN}, from the training part of Fashion-MNIST",
        "val": f"{garments.VAL}, from its test part",
        "test": f"{garments.TEST}, from its test part",
    }
    _save(tiles, card, out)


def write_source(source: Path, out: Path) -> None:
    """The first pictures of each class of the test part that the clothing backbone was taught."""
    count, labels = clothing_source.KNOWN + clothing_source.ASKED, clothing_source.SOURCE_LABELS
    tiles = _interleaved(*fashion.read(source, "t10k"), count, labels)
    card = {
        "name": "clothing-source",
        "what": "the six classes of Fashion-MNIST that the clothing backbone was trained on",
        "classes": [fashion.LABELS[label] for label in labels],
        "tiles": "28 px, grey, row-major, 100 a row; tile i shows class i modulo 6",
        "from": "the test part of Fashion-MNIST: none of them was trained on",
    }
    _save(tiles, card, out)


def _save(tiles: npt.NDArray[np.uint8], facts: dict[str, Any], out: Path) -> None:
    """The sheet as PNG, and beside it its card."""
    sheet = garments.to_sheet(tiles)
    buffer = io.BytesIO()
    Image.fromarray(sheet).save(buffer, "PNG", optimize=True)
    out.parent.mkdir(parents=True, exist_ok=True)
    out.write_bytes(buffer.getvalue())
    card = facts | {
        "origin": "https://github.com/zalandoresearch/fashion-mnist",
        "licence": "MIT",
        "copyright": "2017 Zalando SE, https://tech.zalando.com",
        "command": COMMAND,
        "sha256": hashlib.sha256(buffer.getvalue()).hexdigest(),
        "pixels_sha256": hashlib.sha256(sheet.tobytes()).hexdigest(),
    }
    text = json.dumps(card, indent=2, ensure_ascii=False) + "\n"
    out.with_suffix(".json").write_text(text, encoding="utf-8", newline="\n")


def _interleaved(
    images: npt.NDArray[np.uint8],
    labels: npt.NDArray[np.int64],
    count: int,
    classes: Sequence[int] = garments.SOURCE_LABELS,
) -> npt.NDArray[np.uint8]:
    """(count, 28, 28): picture i has class i modulo the number of classes."""
    each = count // len(classes)
    by_class = [images[labels == label][:each] for label in classes]
    return np.stack(by_class, axis=1).reshape(-1, 28, 28)
