"""What may be asked of a similarity."""

from __future__ import annotations

from typing import Literal

from tlcore.training.spec_base import OfPictures


class SimilaritySpec(OfPictures):
    """How near a data set is to what a backbone knows, block by block
    (tlcore.experiments.similarity.run)."""

    kind: Literal["similarity"] = "similarity"
