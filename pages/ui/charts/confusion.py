"""The confusion matrix as a table of buttons: a cell is clicked, its pictures are shown."""

from __future__ import annotations

from pages.ui.frame import bundle

_component = bundle.component(
    "transfer_lab_confusion", __file__, js=("confusion",), css=("confusion",)
)


def worst_cell(matrix: list[list[int]]) -> tuple[int, int]:
    """The most frequent confusion, as (true, predicted); (0, 0) if there is none."""
    cells = [(n, r, c) for r, row in enumerate(matrix) for c, n in enumerate(row) if r != c]
    most, row, column = max(cells, key=lambda cell: cell[0])
    return (row, column) if most else (0, 0)


def confusion(
    matrix: list[list[int]], names: list[str], *, words: dict[str, str], key: str
) -> tuple[int, int]:
    """Draw `matrix` (rows: truth, columns: prediction); return the chosen (true, predicted)."""
    first = worst_cell(matrix)
    found = _component(
        key=key,
        data={"matrix": matrix, "names": names, "chosen": list(first), "words": words},
        default={"cell": list(first)},
        on_cell_change=lambda: None,
    )
    cell = found.cell or first
    row, column = (int(i) for i in cell)
    return min(max(row, 0), len(names) - 1), min(max(column, 0), len(names) - 1)
