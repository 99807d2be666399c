"""The three pictures one looks at and works with: live charts, block picture, matrix."""

from pages.ui.components.block_picture import blocks
from pages.ui.components.live_charts import live
from pages.ui.components.matrix_picture import matrix

__all__ = ["blocks", "live", "matrix"]
