"""The components' JavaScript and CSS: files beside this one, read once and joined by name.

No build step: each component's module is its files in order, and the last one exports.
"""

from __future__ import annotations

from functools import cache
from importlib import metadata
from pathlib import Path

import streamlit as st

from pages.ui import visual

HERE = Path(__file__).parent


def javascript(*names: str) -> str:
    parts = [(HERE / "js" / f"{name}.js").read_text(encoding="utf-8") for name in names]
    return "\n".join([visual.script(), *parts] if "common" in names else parts)


def css(*names: str) -> str:
    return "\n".join((HERE / "css" / f"{name}.css").read_text(encoding="utf-8") for name in names)


@cache  # to find a version walks through every installed package: a twentieth of a page's script
def plotly_url() -> str:
    """Route to the Plotly.js of the installed plotly package; its version is the cache key."""
    return f"{root()}/vendor/plotly.min.js?v={metadata.version('plotly')}"


def root() -> str:
    """Prefix of this app's own routes: empty, or the base path it is served under."""
    base = str(st.get_option("server.baseUrlPath") or "").strip("/")
    return f"/{base}" if base else ""
