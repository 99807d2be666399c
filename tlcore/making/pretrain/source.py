"""Features of what a backbone was trained on: python -m tlcore source clothing|photo --data DIR.

How far a data set lies from the source can be measured against these without shipping one picture
of the source: a few hundred vectors a block, no pixels.  The same command writes them again for
weights that are already there.
"""

from __future__ import annotations

from collections.abc import Sequence

from tlcore.making import tool_options
from tlcore.making.pretrain import clothing, photo, source_features
from tlcore.networks import backbones


def main(argv: Sequence[str]) -> int:
    args = tool_options.source().parse_args(argv)
    parts = {"clothing": clothing.source_pictures, "photo": photo.source_pictures}
    source_features.write(backbones.build(args.name), parts[args.name](args.data))
    return 0
