"""How far a run over all models is."""

from __future__ import annotations

from pages.ui.frame.speech import T
from pages.ui.runs import told


def progress(row: told.Row) -> tuple[float | None, str]:
    model = T(f"objectives.model.{row['part']}")
    return row["done"] / row["of"], T("objectives.at", model=model)
