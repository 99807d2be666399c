"""A link restores everything: settings, seed and run.  Every parameter of a link is untrusted."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode, urlsplit, urlunsplit

import streamlit as st

from pages.ui.forms import draft
from pages.ui.frame import bundle
from pages.ui.frame.speech import T, language
from pages.ui.lesson import lesson_link
from pages.ui.runs import runs
from pages.ui.server.address import network_address
from tlcore.ground.errors import UserError
from tlcore.runs.spec import FineTuneSpec, parse
from tlcore.runs.store.store import Run

PAGE = "fine_tune"


def read() -> UserError | None:
    """Take settings and run from the address, once per address.  What is wrong comes back."""
    given = _given()
    if not given or given == st.session_state.get(f"{PAGE}.link"):
        return None
    st.session_state[f"{PAGE}.link"] = dict(given)
    run_id = given.pop("run", None)
    try:
        if run_id is not None and _run(run_id):
            return None
        _settings(given)  # a run of another machine: its settings can still be started here
    except UserError as error:
        if run_id is None or error.key != "spec.invalid":
            return error
        unknown = ("run.unknown", {})
        return UserError("spec.invalid", problems=[unknown, *error.values["problems"]])
    return UserError("run.unknown") if run_id is not None else None


def _given() -> dict[str, str]:
    """What the address says of settings and run.  The language is no part of it: to change it
    must not bring back what the link had set.  Nor is what a lesson link asks of the page."""
    other = {"lang", lesson_link.HIDE, lesson_link.ASK}
    address = st.query_params.items()
    return {k: v for k, v in address if k not in other and not k.startswith("embed")}


def _run(run_id: str) -> bool:
    """Look at a run and take its settings; False where this machine does not know it."""
    run = runs.store().run(run_id)
    if run is None or run.kind != "fine_tune":  # an explanation or a file is no run to look at
        return False
    runs.store().watch(run.id, runs.user())
    st.session_state[f"{PAGE}.run"] = run.id
    st.session_state[f"{PAGE}.replay"] = False
    draft.put({k: v for k, v in run.spec.items() if k in draft.FIELDS})
    return True


def _settings(given: dict[str, str]) -> None:
    """Take them, and look at no run: the one that was here before has other settings."""
    if not given:
        return
    found = parse({**given, "kind": "fine_tune"})  # the lab knows no other kind
    draft.put(found.model_dump(exclude={"kind"}))
    st.session_state[f"{PAGE}.run"] = None
    st.session_state[f"{PAGE}.replay"] = False


def write(run: Run | None) -> None:
    """The address always names what the page shows."""
    wanted = {"lang": language()} | lesson_link.carried()
    if run is not None:
        wanted["run"] = run.id
    if dict(st.query_params) != wanted and (run is not None or "run" in st.query_params):
        st.query_params.from_dict(wanted)
    st.session_state[f"{PAGE}.link"] = _given()


def address(run: Run | None, spec: FineTuneSpec) -> str:
    """A link to the lab: settings, seed and run."""
    return page_address(
        PAGE, spec.unusual() | {"lang": language()} | ({"run": run.id} if run else {})
    )


def run_address(run: Run) -> str:
    """A link to the run's own page."""
    return page_address("run", {"id": run.id, "lang": language()})


def page_address(page: str, query: Mapping[str, Any]) -> str:
    """A page of this app for another device: the network's address, never localhost."""
    here = urlsplit(st.context.url or f"http://localhost:8501/{page}")
    host = here.netloc
    if here.hostname in ("localhost", "127.0.0.1", "::1") and (found := network_address()):
        host = f"{found}:{here.port}" if here.port else found
    path = f"{bundle.root()}/{page}"
    return urlunsplit((here.scheme, host, path, urlencode(query), ""))


def share(run: Run) -> None:
    """The link as text that one can copy, and what it holds."""
    spec = FineTuneSpec(**run.spec)
    st.caption(T("link.about"))
    st.code(address(run, spec), language=None, wrap_lines=True)
