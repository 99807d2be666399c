"""The encoder as a row of blocks: which are frozen, which learn, where something is added."""

from __future__ import annotations

import html

import streamlit as st

from pages.ui.frame.speech import T
from tlcore import catalog
from tlcore.ground import variants
from tlcore.ground.recipe import BlockState
from tlcore.runs.spec import FineTuneSpec
from tlcore.training import estimate

STYLE = """<style>
.tl-row { display: flex; flex-wrap: wrap; gap: .35rem; padding: 0 !important; margin: 0;
  list-style: none; }
.tl-row li { flex: 1 1 5.5rem; max-width: 12rem; margin: 0; padding: .35rem .5rem;
  border: 2px solid; border-radius: .4rem; font-size: .85rem; }
.tl-row b { display: block; }
.tl-row .dropped { opacity: .6; border-style: dotted; }
</style>"""


def show(spec: FineTuneSpec) -> None:
    """Names, states in words, and how many numbers learn in each; the head behind them."""
    items = []
    blocks = catalog.backbone(spec.backbone).blocks
    for number in range(1, len(blocks) + 1):
        state, learning = of_block(spec, number)
        name = T("tune.block.embeddings") if number == 1 else T("tune.block.layer", n=number - 1)
        items.append(_item(name, state, learning, spec.plan.learns))
    last = blocks[spec.read - 1].channels
    head = estimate.head_parameters(last, len(catalog.dataset(spec.data).classes))
    items.insert(spec.read, _item(T("tune.block.head"), "new", head))
    st.html(f'{STYLE}<ul class="tl-row">{"".join(items)}</ul>')


def of_block(spec: FineTuneSpec, number: int) -> tuple[BlockState, int]:
    """Its state, and how many of its numbers learn."""
    block = catalog.backbone(spec.backbone).blocks[number - 1]
    return spec.plan.state(number), estimate.of_block(block, spec.plan, number)[0]


def _item(name: str, state: str, learning: int, learns: str = "blocks") -> str:
    look = {"added": "new", "dropped": "reference"}.get(state, state)
    nothing_added = state == "added" and not variants.of(learns).added
    told = T(f"blocks.state.{learns}" if nothing_added else f"tune.state.{state}")
    count = T("tune.state.learning", n=f"{learning:,}") if learning else ""
    return (
        f'<li class="{state}" style="border-color: var(--tl-{look})">'
        f"<b>{html.escape(name)}</b>{html.escape(told)}"
        f"{'<br>' + html.escape(count) if count else ''}</li>"
    )
