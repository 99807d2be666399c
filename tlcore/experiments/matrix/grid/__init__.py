"""The evidence grid: backbones x data x sizes x strategies x rates x seeds, measured and judged.

points -> measure -> rows (a file of lines) -> table (assets/evidence/grid.parquet) -> situations ->
rules (advice one can read) -> regret (what the advice is worth).  Nothing here loads torch: what
measures lies in tlcore.making.grid.
"""
