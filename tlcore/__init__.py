"""Transfer learning by experiments: the engine and everything the pages show, without a browser.

In a notebook `load_folder` and `fine_tune` are enough; what comes back can `predict` and `export`
(tlcore.notebook).  They are fetched when they are asked for: whoever imports a part of tlcore
imports no more than that, and the texts in which every part's errors are said.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tlcore.words import i18n as i18n

if TYPE_CHECKING:
    from tlcore.notebook import Tuned, fine_tune, load_folder

__all__ = ["Tuned", "fine_tune", "load_folder"]


def __getattr__(name: str) -> Any:
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from tlcore import notebook

    return getattr(notebook, name)
