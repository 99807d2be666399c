"""The components' JavaScript and CSS: files beside the Python that declares them, joined by name.

No build step: each component's module is its files in order, and the last one exports.  What
several components share lies anywhere in pages/ui, under a name that is there once.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from importlib import metadata
from pathlib import Path
from typing import Any

import streamlit as st

from pages.ui.frame import visual

UI = Path(__file__).resolve().parents[1]


def component(name: str, file: str, *, js: Sequence[str], css: Sequence[str] = ()) -> Any:
    """Declare the component `name` of the module `file` (its `__file__`); each name of `js` and
    `css` is a file beside that module, or a shared one."""
    return st.components.v2.component(
        name, js=javascript(file, *js), css=style(file, *css) or None, isolate_styles=False
    )


def javascript(file: str, *names: str) -> str:
    parts = [_text(file, f"{name}.js") for name in names]
    return "\n".join([visual.script(), *parts] if "common" in names else parts)


def style(file: str, *names: str) -> str:
    return "\n".join(_text(file, f"{name}.css") for name in names)


def _text(file: str, name: str) -> str:
    own = Path(file).with_name(name)
    return (own if own.exists() else _shared()[name]).read_text(encoding="utf-8")


@cache
def _shared() -> dict[str, Path]:
    return {path.name: path for kind in ("js", "css") for path in UI.rglob(f"*.{kind}")}


@cache  # to find a version walks through every installed package: a twentieth of a page's script
def plotly_url() -> str:
    """Route to the Plotly.js of the installed plotly package; its version is the cache key."""
    return f"{root()}/vendor/plotly.min.js?v={metadata.version('plotly')}"


def root() -> str:
    """Prefix of this app's own routes: empty, or the base path it is served under."""
    base = str(st.get_option("server.baseUrlPath") or "").strip("/")
    return f"/{base}" if base else ""
