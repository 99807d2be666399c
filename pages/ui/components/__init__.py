"""What one looks at and works with: live charts, block picture, matrix, list of runs, gallery."""

from pages.ui.components.block_picture import blocks
from pages.ui.components.live_charts import live
from pages.ui.components.matrix_picture import matrix
from pages.ui.components.run_list import run_list

__all__ = ["blocks", "live", "matrix", "run_list"]
