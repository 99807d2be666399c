"""Fine-tuning as a stream of rows.

`for row in train(backbone, data, plan, recipe): ...`
"""

from tlcore.training.engine.checkpoint import Checkpoint
from tlcore.training.engine.rows import CacheRow, EpochRow, ResultRow, Row, StartRow, StepRow
from tlcore.training.engine.train import train

__all__ = [
    "CacheRow",
    "Checkpoint",
    "EpochRow",
    "ResultRow",
    "Row",
    "StartRow",
    "StepRow",
    "train",
]
