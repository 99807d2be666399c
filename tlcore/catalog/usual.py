"""The backbone that pictures are met with until somebody chooses another.  No torch here.

Photographs (a reader's own, downloaded sets) are what ImageNet's weights were made from; samples
are learned in a tenth of the time by the small network that knows photographs of 64 px.
"""

from __future__ import annotations

from tlcore import catalog
from tlcore.catalog import stored

# The first that is here; the last is part of the app.
PHOTOGRAPHED = ("imagenet", "photo")
SAMPLES = ("photo",)


def photographed(source: str) -> bool:
    """Whether such pictures (DatasetRow.source) are photographs that nobody drew."""
    return source in ("own", "download")


def backbone(source: str) -> str:
    """Its id, for pictures of this source."""
    wanted = PHOTOGRAPHED if photographed(source) else SAMPLES
    return next(name for name in wanted if name in catalog.backbones() and stored.present(name))
