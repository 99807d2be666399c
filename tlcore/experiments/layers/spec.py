"""What may be asked of the layers of a finished run."""

from __future__ import annotations

from typing import Literal

from tlcore.training.spec_base import RUN_ID, Spec


class LayersSpec(Spec):
    """What a fine-tune changed, block by block: embedding map, CKA, distance
    (tlcore.experiments.layers.run)."""

    lane = "quick"
    kind: Literal["layers"] = "layers"
    run: str = RUN_ID
