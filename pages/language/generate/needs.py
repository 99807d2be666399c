"""Which use needs what, from the catalogue; and models of the hub, where they are on this disk."""

from __future__ import annotations

from typing import Any

import pandas as pd
import streamlit as st

from pages.ui.frame.speech import T, plain, show
from pages.ui.runs import experiment, told
from tlcore.data.texts import samples
from tlcore.experiments.generate import uses
from tlcore.experiments.generate.spec import LONGEST_READ, WriteSpec
from tlcore.ground.errors import UserError

PAGE = "generate"
WRITES = {"t5_small": "summary", "gpt2": "dialogue"}
CHARACTER = "Orrin Skarn"


def show_all() -> None:
    st.dataframe(
        pd.DataFrame(table()),
        hide_index=True,
        height="content",
        placeholder="–",
        key=f"{PAGE}.uses",
        column_config={T("generate.uses.use"): st.column_config.TextColumn(pinned=True)},
    )
    st.caption(T("generate.uses.how"))
    st.markdown(f"**{T('generate.summary')}**")
    known = uses.summaries()
    st.markdown(T("generate.summary.baseline", n=known[0].texts))
    st.dataframe(
        pd.DataFrame(
            {
                T("generate.summary.by"): [T(f"generate.summary.{row.name}") for row in known],
                "ROUGE-1": [f"{row.rouge1:.0%}" for row in known],
            }
        ),
        hide_index=True,
        key=f"{PAGE}.summaries",
    )
    for model, use in WRITES.items():
        if uses.there(model):
            _write(model, use)
        else:
            st.info(
                T(
                    f"generate.absent.{use}",
                    megabytes=f"{uses.megabytes(model):,}",
                    command=uses.command(model),
                ),
                icon=":material/cloud_download:",
            )


def table() -> dict[str, list[Any]]:
    """A row a use; a model that is on this disk has a mark."""
    return {
        T("generate.uses.use"): [T(f"generate.use.{use.id}") for use in uses.USES],
        T("generate.uses.here"): [_names(use.here) for use in uses.USES],
        T("generate.uses.hub"): [_names(use.hub) for use in uses.USES],
        T("generate.uses.page"): [T(f"page.{use.page}") for use in uses.USES],
    }


def _names(models: tuple[str, ...]) -> str | None:
    found = []
    for model in models:
        name = T(f"backbone.{model}")
        size = uses.megabytes(model)
        more = "✓" if uses.there(model) else f"({size:,} MB)" if size else ""
        found.append(f"{name} {more}".strip())
    return ", ".join(found) or None


def _write(model: str, use: str) -> None:
    """The reader's text to a model of the hub, one piece after another."""
    key = f"{PAGE}.{use}"
    st.markdown(f"**{T(f'generate.use.{use}')} · {T(f'backbone.{model}')}**")
    first = _opening(use)
    text = st.text_area(
        T(f"generate.write.{use}"), value=first, key=f"{key}.text", max_chars=5_000, height=140
    )
    try:
        asked = WriteSpec(model=model, text=text, warmth=0.0 if use == "summary" else 0.8)
    except UserError as error:
        show(error)
        return
    run = experiment.answer(asked, f"{key}.write", T("generate.write.start"), _progress)
    if run is None or run.result is None:
        return
    st.markdown(f"**{T('generate.says')}** {plain(run.result['says'])}")
    if not run.result["ended"]:
        st.caption(T("generate.endless", n=0))
    with st.expander(T("table.show")):
        st.dataframe(pd.DataFrame(pieces(run.result)), hide_index=True, key=f"{key}.pieces")


def _opening(use: str) -> str:
    """A written passage, or what a character of the written dialogue says, to go on with."""
    if use == "summary":
        return samples.summaries()[0].text[:LONGEST_READ]
    lines = [f"{CHARACTER}: {line.text}" for line in samples.dialogue(CHARACTER)[:4]]
    return "\n".join([*lines, f"{CHARACTER}:"])


def pieces(result: Any) -> list[dict[str, str]]:
    return [
        {
            T("generate.column.piece"): row["piece"],
            T("generate.column.share"): f"{row['share']:.1%}",
        }
        for row in result["pieces"]
    ]


def _progress(row: told.Row) -> tuple[float | None, str]:
    return None, T("generate.write.at")
