"""Keep the first blocks, drop the last, put new ones: a plan one drags, and the way to the lab."""

from __future__ import annotations

import streamlit as st

from pages.ui.blocks.picture import blocks
from pages.ui.forms import draft
from pages.ui.frame.navigation import page_file
from pages.ui.frame.speech import T, words
from pages.ui.runs import naming
from tlcore import catalog
from tlcore.catalog import BackboneRow
from tlcore.experiments.look.presets import FINE_TUNE, replaced
from tlcore.ground.recipe import TransferPlan, head_only

PAGE = "what_layers_know"
NEW = 3  # of the notes' example: seven of ten layers stay, three are replaced


def show(backbone: str) -> None:
    """The block picture as a control, ready-made plans, and what the plan means in words."""
    row, data = catalog.backbone(backbone), catalog.dataset(FINE_TUNE.data)
    plan = _kept(row)
    ready = ready_made(row)
    with st.container(horizontal=True):
        for name, made in ready.items():
            st.button(
                T(f"recipe.{name}", n=NEW),
                key=f"{PAGE}.plan.{name}",
                on_click=_put,
                args=(row, made),
            )
    plan = blocks(
        row,
        plan,
        classes=len(data.classes),
        words=words("blocks"),
        key=f"{PAGE}.plan",
        stamp=st.session_state[f"{PAGE}.stamp"],
        on_plan=lambda: None,
    )
    st.session_state[f"{PAGE}.kept_plan"] = row.id, plan
    st.markdown(_told(row, plan))
    if st.button(T("recipe.lab"), key=f"{PAGE}.lab", type="primary", icon=T("icon.fine_tune")):
        _to_lab(row, plan)


def ready_made(row: BackboneRow) -> dict[str, TransferPlan]:
    """The notes' recipe, the same with a little thawed later, and nothing new but the head."""
    n = len(row.blocks)
    first = replaced(n, NEW)
    thawed = TransferPlan(first.read, first.keep, max(0, first.freeze - 2))
    return {"replace": first, "thaw": thawed, "head": head_only(n)}


def _kept(row: BackboneRow) -> TransferPlan:
    st.session_state.setdefault(f"{PAGE}.stamp", 0)
    name, plan = st.session_state.get(f"{PAGE}.kept_plan", (None, None))
    if name != row.id or plan is None:
        plan = replaced(len(row.blocks), NEW)
        _put(row, plan)
    found: TransferPlan = plan
    return found


def _put(row: BackboneRow, plan: TransferPlan) -> None:
    st.session_state[f"{PAGE}.kept_plan"] = row.id, plan
    st.session_state[f"{PAGE}.stamp"] = st.session_state.get(f"{PAGE}.stamp", 0) + 1


def _told(row: BackboneRow, plan: TransferPlan) -> str:
    """The plan as the recipe says it: keep, drop, put new, train."""
    n = len(row.blocks)
    spec = {"backbone": row.id, "read": plan.read, "keep": plan.keep, "freeze": plan.freeze}
    parts = [T("recipe.keep", n=plan.keep)] if plan.keep else [T("recipe.keep.none")]
    if plan.keep < plan.read:
        parts.append(T("recipe.new", n=plan.read - plan.keep))
    if plan.read < n:
        parts.append(T("recipe.drop", n=n - plan.read))
    parts.append(T("recipe.train", learns=naming.learns(spec)))
    return " ".join(parts)


def _to_lab(row: BackboneRow, plan: TransferPlan) -> None:
    """The page's own preset with this plan: the lab may change everything."""
    fields = ("data", "train_size", "epochs", "lr", "head_lr")
    numbers = {"read": plan.read, "keep": plan.keep, "freeze": plan.freeze}
    preset = {name: getattr(FINE_TUNE, name) for name in fields}
    draft.put({"backbone": row.id} | preset | numbers)
    st.session_state.pop("fine_tune.run", None)
    st.switch_page(page_file("fine_tune"))
