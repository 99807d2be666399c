"""The offer to download what is not on this machine: how much, how far, and what goes without."""

from __future__ import annotations

from typing import Any

import streamlit as st

from pages.ui.forms import clicks
from pages.ui.frame.speech import T, show
from pages.ui.runs import naming, told
from pages.ui.server import host
from tlcore import catalog
from tlcore.catalog import nursery, packaged, stored
from tlcore.experiments.fetch.spec import FetchSpec
from tlcore.ground.errors import UserError
from tlcore.runs.spec import FineTuneSpec

MB = 2**20


def here(name: str) -> bool:
    """Whether a run can use this backbone or data set now; own pictures are always here."""
    return naming.is_own(name) or naming.is_own_texts(name) or stored.present(name)


def where(name: str) -> str:
    """A backbone is built in, on this machine since it was downloaded, or not yet."""
    if name in packaged.PACKAGES and not here(name):
        return "package"
    if not stored.needs_download(name):
        return "built_in"
    return "here" if here(name) else "download"


def missing(spec: FineTuneSpec) -> list[str]:
    """What a run needs and this machine lacks.  From scratch, no weights are read; of a model for
    text its tokenizer all the same."""
    alone = spec.keep == 0 and spec.backbone not in catalog.texts()
    wanted = [spec.data] if alone else [spec.backbone, spec.data]
    return [name for name in wanted if not here(name)]


def spec_of(name: str) -> FetchSpec:
    return FetchSpec(what="backbone" if stored.is_backbone(name) else "data", name=name)


def offer(name: str) -> None:
    """Download with its progress, a way out of it, and the sentence when it fails."""
    if here(name):
        return
    if name in packaged.PACKAGES:
        show(packaged.absent(name))
        return
    spec = spec_of(name)
    run = told.find(spec)
    called = shown(name)
    with st.container(border=True):
        if run is not None and run.active:
            told.state(run, progress, f"fetch.{name}", T("fetch.offer.going", name=called))
            st.caption(T("fetch.offer.stays"))
            return
        st.markdown(T("fetch.offer", name=called, size=size(name)))
        if run is not None:
            told.state(run, progress, f"fetch.{name}")
        told.trouble()
        if host.at_the_server():
            clicks.press(
                T("fetch.offer.start", size=size(name)),
                f"fetch.{name}.start",
                _begin,
                (spec,),
                type="primary",
                icon=":material/download:",
            )
        else:
            st.caption(T("fetch.offer.host"))
        st.caption(T("fetch.offer.without"))


def remove(name: str) -> None:
    """A button that frees the disk, where there is something of this on it: at the server only."""
    if not host.at_the_server() or not stored.needs_download(name) or not here(name):
        return
    if error := st.session_state.pop("fetch.error", None):
        show(error)
    clicks.press(
        T("fetch.remove", size=f"{stored.bytes_on_disk(name) / MB:,.0f} MB"),
        f"fetch.{name}.remove",
        _remove,
        (name,),
        icon=":material/delete:",
        help=T("fetch.remove.help"),
    )


def _begin(spec: FetchSpec) -> None:
    if host.at_the_server():  # asked again when it counts
        told.again(spec)


def _remove(name: str) -> None:
    try:
        if host.at_the_server():  # asked again when it counts
            stored.remove(name)
    except UserError as error:
        st.session_state["fetch.error"] = error


def shown(name: str) -> str:
    """The name of a backbone or data set."""
    if name in {**catalog.backbones(), **catalog.texts()} or nursery.is_grown(name):
        return T(f"backbone.{catalog.backbone(name).id}")
    return naming.data_name(name)


def size(name: str) -> str:
    """How much there is to download, where that is known."""
    row = catalog.backbone(name) if stored.is_backbone(name) else catalog.dataset(name)
    return T("fetch.size.unknown") if row.megabytes is None else f"{row.megabytes:,.0f} MB"


def progress(row: dict[str, Any]) -> tuple[float | None, str]:
    """A row of tlcore.experiments.fetch.run: share and words."""
    done, of, stage = row["done"], row["of"], row["stage"]
    share = done / of if of else None
    if stage == "decode":
        return share, T("fetch.at.decode", done=f"{done:,}", of=f"{of:,}" if of else "?")
    told_of = f"{of / MB:,.0f}" if of else "?"
    return share, T(f"fetch.at.{stage}", done=f"{done / MB:,.0f}", of=told_of)
