"""A reader of the app without a browser: opens pages, turns knobs, and reads what stands there."""

from __future__ import annotations

import itertools
import json
import re
from collections.abc import Iterator
from typing import Any

from google.protobuf.json_format import MessageToDict
from streamlit.runtime.scriptrunner_utils.script_run_context import get_script_run_ctx
from streamlit.testing.v1 import AppTest

from pages.ui.frame import navigation, speech
from tlcore.ground.paths import ROOT
from tlcore.words import i18n

WORDS = ("label", "body", "help", "delta", "options", "placeholder", "content", "caption", "text")
KEY = re.compile(r"\b(?:" + "|".join({k.split(".")[0] for k in i18n.texts("en")}) + r")\.[a-z_]+")


class Reader:
    """One session.  `app` is Streamlit's own AppTest, at app.py like the real server."""

    now: Reader  # who runs a page at the moment
    count = itertools.count()

    def __init__(
        self, page: str = "home", language: str = "en", cookie: str | None = None, **link: str
    ) -> None:
        self.name = cookie or f"reader {next(self.count)}"
        Reader.now = self
        self.app = AppTest.from_file(str(ROOT / "app.py"), default_timeout=30)
        self.app.query_params["lang"] = language
        if page != "home":
            self.run()
        for name, value in link.items():
            self.app.query_params[name] = value
        self.open(page)

    def open(self, page: str) -> Reader:
        self.page = page
        self.app.switch_page(navigation.page_file(page))
        return self.run()

    def run(self) -> Reader:
        """One script run; whatever happens, a reader never meets an exception."""
        Reader.now = self
        self.app.run()
        assert [e.value for e in self.app.exception] == []
        return self

    def markdown(self) -> str:
        """All its paragraphs and lists, as they are written."""
        return "\n".join(block.value for block in self.app.markdown)

    def speak(self, language: str) -> Reader:
        self.app.button_group(key="language").set_value(language)
        return self.run()

    def click(self, key: str) -> Reader:
        self.app.button(key=key).click()
        return self.run()

    def choose(self, key: str, value: Any) -> Reader:
        self.widget(key).set_value(value)
        return self.run()

    def widget(self, key: str) -> Any:
        return next(node for node in self.nodes() if getattr(node, "key", None) == key)

    def has(self, key: str) -> bool:
        return any(getattr(node, "key", None) == key for node in self.nodes())

    @property
    def state(self) -> Any:
        return self.app.session_state

    @property
    def draft(self) -> dict[str, Any]:
        return dict(self.state["draft"])

    @property
    def errors(self) -> list[str]:
        """The sentences as Markdown shows them."""
        return [re.sub(r"\\([!-/:-@\[-`{-~])", r"\1", error.value) for error in self.app.error]

    def nodes(self) -> Iterator[Any]:
        """Every element of the page in order."""
        return _below(self.app._tree)

    def picture(self, key: str) -> dict[str, Any]:
        """The data that a component is given."""
        return dict(json.loads(self.widget(key).proto.json))

    def texts(self) -> list[str]:
        """Every text that stands on the page outside the components, tables included."""
        found: list[str] = []
        for node in self.nodes():
            kind = getattr(node, "type", "")
            if kind in ("arrow_data_frame", "arrow_table"):
                frame_ = node.value
                found += [str(name) for name in frame_.columns]
                found += [str(v) for v in frame_.select_dtypes("object").to_numpy().ravel()]
                found += [str(v) for v in frame_.select_dtypes("str").to_numpy().ravel()]
            elif kind not in ("bidi_component", "html"):
                proto = getattr(node, "proto", None)
                found += _strings(MessageToDict(proto)) if proto is not None else []
        return [text for text in found if text.strip()]


in_a_page = speech.language


def language() -> str:
    """AppTest asks for the words of an option outside of any page: the reader's language there."""
    if get_script_run_ctx(suppress_warning=True):
        return in_a_page()
    return str(Reader.now.state["language"])


def user() -> str:
    """AppTest has no cookies.  A test that opens no page has a reader of its own."""
    return Reader.now.name if hasattr(Reader, "now") else "nobody's page"


def _below(node: Any) -> Iterator[Any]:
    for child in getattr(node, "children", {}).values():
        yield child
        yield from _below(child)


def _strings(message: Any, name: str = "") -> list[str]:
    if isinstance(message, dict):
        return [text for key, value in message.items() for text in _strings(value, key)]
    if isinstance(message, list):
        return [text for value in message for text in _strings(value, name)]
    return [message] if isinstance(message, str) and name in WORDS else []
