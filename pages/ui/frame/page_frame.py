"""What a page's HTML lacks: its language, large type for a projector, the chart library ahead."""

from __future__ import annotations

from collections.abc import Mapping

from pages.ui.frame import bundle

COOKIE = "tl_lang"
_component = bundle.component("tl_frame", __file__, js=("page_frame",))


def page_frame(language: str, page: str, words: Mapping[str, str]) -> None:
    """Set <html lang> and remember it; draw the switch for large type, which needs no script run;
    open each page at its top; ask for Plotly.js now: the first chart shall not wait for it."""
    _component(
        key="frame.page",
        data={
            "language": language,
            "page": page,
            "words": dict(words),
            "cookie": COOKIE,
            "path": bundle.root() or "/",
            "plotly": bundle.plotly_url(),
        },
    )
