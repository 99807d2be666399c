"""What the reader has set so far: survives leaving a page, a new language and a shared link.

Streamlit drops the value of a keyed widget when its page is left, so each change is copied into
the draft at once, and a widget starts from the draft.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from typing import Any

import streamlit as st

from tlcore import catalog
from tlcore.ground.recipe import TransferPlan
from tlcore.runs.spec import FineTuneSpec, parse

PAGE = "fine_tune"
FIELDS = tuple(name for name in FineTuneSpec.model_fields if name != "kind")


def values() -> dict[str, Any]:
    """The settings as they stand; every field of FineTuneSpec has one."""
    if "draft" not in st.session_state:
        st.session_state["draft"] = FineTuneSpec().model_dump(exclude={"kind"})
    found: dict[str, Any] = st.session_state["draft"]
    return found


def key(field: str) -> str:
    return f"{PAGE}.{field}"


def put(changes: Mapping[str, Any]) -> None:
    """Set fields from outside their widgets: a preset, a cell of the matrix, a link.

    Three numbers of a plan that says no more mean that all its other blocks learn.
    """
    if "freeze" in changes:
        changes = {"learns": TransferPlan.learns, **changes}
    values().update(changes)
    for field in changes:
        if key(field) in st.session_state:
            st.session_state[key(field)] = changes[field]
    if "backbone" in changes:  # its plan comes with it: `fit` has nothing to bring into proportion
        blocks = len(catalog.backbone(changes["backbone"]).blocks)
        st.session_state["draft.blocks"] = blocks
    st.session_state["draft.stamp"] = stamp() + 1


def stamp() -> int:
    """Counts changes from outside; the block picture takes the newer of its plan and ours."""
    found: int = st.session_state.get("draft.stamp", 0)
    return found


def widget(field: str) -> str:
    """Seed the widget of a field from the draft; returns its key."""
    st.session_state[key(field)] = values()[field]
    return key(field)


def keep(field: str) -> None:
    """on_change of a field's widget."""
    values()[field] = st.session_state[key(field)]


def keeper(page: str, kept: dict[str, Any]) -> Callable[..., None]:
    """Seed a page's widgets ("<page>.<field>") with what was kept; returns their on_change, which
    keeps a field's value, and the old one where a control was emptied.

    It takes the field, and where options have names, what they may be: one that was called
    otherwise when it was clicked (in the other language) comes as its old words and names nothing.
    """
    for field, value in kept.items():
        st.session_state[f"{page}.{field}"] = value

    def changed(field: str, known: Collection[Any] | None = None) -> None:
        value = st.session_state[f"{page}.{field}"]
        named = value if isinstance(value, list) else [value]
        if value is not None and (known is None or all(one in known for one in named)):
            kept[field] = value

    return changed


def plan() -> TransferPlan:
    now = values()
    return TransferPlan(now["read"], now["keep"], now["freeze"])


def put_plan(new: TransferPlan) -> None:
    put({"read": new.read, "keep": new.keep, "freeze": new.freeze})


def fit() -> None:
    """Another backbone or data set: bring plan and size back into its range."""
    now = values()
    row = catalog.backbone(now["backbone"])
    blocks = len(row.blocks)
    if now["side"] not in (None, row.size, *row.sides):
        put({"side": None})
    data = catalog.dataset(now["data"])
    old = st.session_state.get("draft.blocks", blocks)
    if old != blocks:  # keep the proportions: 6 of 8 blocks frozen -> 7 of 9
        parts = {f: round(now[f] * blocks / old) for f in ("read", "keep", "freeze")}
        put({**parts, "read": max(1, parts["read"]), "learns": now["learns"]})
    st.session_state["draft.blocks"] = blocks
    size = min(max(now["train_size"], len(data.classes)), data.train_pool)
    if size != now["train_size"]:
        put({"train_size": size})


def spec() -> FineTuneSpec:
    """The draft as a spec.  Raises UserError("spec.invalid")."""
    found = parse(values())
    assert isinstance(found, FineTuneSpec)
    return found
