"""What is sent through the network: which backbone, which pictures, and which one of them."""

from __future__ import annotations

from typing import Any

import streamlit as st
from PIL import Image

from pages.ui.charts.gallery import gallery
from pages.ui.forms import choices
from pages.ui.frame.speech import T, language
from pages.ui.frame.speech import show as show_error
from pages.ui.runs import fetching, naming, runs
from pages.ui.runs.result import picture
from pages.ui.server import uploads
from tlcore import catalog
from tlcore.catalog import own
from tlcore.experiments.look.presets import LOOK
from tlcore.experiments.look.spec import LookSpec
from tlcore.ground import paths
from tlcore.ground.errors import UserError
from tlcore.runs.store.store import Run
from tlcore.words import i18n

PAGE = "what_layers_know"


def choose() -> LookSpec:
    """Backbone and data set: what is on this machine, the reader's own sets among them."""
    kept = _kept()
    mine = [found.id for found in own.of(runs.user()) if found.usable]
    known = {
        "backbone": [name for name in catalog.backbones() if fetching.here(name)],
        "data": [name for name in (*catalog.datasets(), *mine) if fetching.here(name)],
    }
    for place, (field, names) in zip(st.columns(2), known.items(), strict=True):
        if kept[field] not in names:
            kept.update({field: LOOK.model_dump()[field], "picture": 0})
        key = f"{PAGE}.{field}"
        st.session_state[key] = kept[field]
        place.selectbox(
            T(f"field.{field}"),
            names,
            key=key,
            format_func=choices.option,
            on_change=_changed,
            args=(field,),
        )
    return asked()


def asked() -> LookSpec:
    return LookSpec(**_kept())


def of_run(run: Run) -> LookSpec:
    """The same picture before and after a run; of its own data set, where that is another one."""
    kept, spec = _kept(), run.spec
    same = kept["data"] == spec["data"]
    shown = {f: kept[f] for f in ("picture", "upload", "invert")}
    if not same and kept["upload"] is None:
        shown = {"picture": 0, "upload": None, "invert": False}
    fields = ("backbone", "data", "difficulty", "shift")
    return LookSpec(run=run.id, **{f: spec[f] for f in fields}, **shown)


def pictures(run: Run, result: dict[str, Any]) -> None:
    """Test pictures to click, and the reader's own; `result` is of the run that shows them."""
    file = paths.data_dir() / "runs" / run.id / result["choices"]["file"]
    st.markdown(f"**{T('inside.another')}**")
    if file.exists():  # written by our own worker
        names = [naming.class_name(result["data"], name) for name in result["classes"]]
        with Image.open(file) as sheet:
            shown = [
                {
                    "index": index,
                    "src": picture(sheet, result["choices"], tile),
                    "caption": names[of],
                }
                for tile, (index, of) in enumerate(
                    zip(result["choices"]["index"], result["choices"]["label"], strict=True)
                )
            ]
        gallery(
            shown,
            chosen=_kept()["picture"],
            words={
                "lang": language(),
                "gallery.click": T("inside.pick"),
                # The component fills its {what} in.
                "gallery.about": i18n.texts(language())["inside.pick.about"],
            },
            key=f"{PAGE}.pictures",
            on_pick=pick,
        )


def bring() -> None:
    """A file, on a phone the camera too."""
    key = f"{PAGE}.file"

    def came() -> None:
        if file := st.session_state[key]:
            try:
                _kept().update({"upload": uploads.keep(file.getvalue()), "picture": None})
            except UserError as error:
                st.session_state[f"{PAGE}.error"] = error
        elif _kept()["upload"]:
            pick(0)

    st.html(uploads.in_words("explain.upload", "explain.kinds"))
    st.file_uploader(
        T("explain.own"), type=uploads.KINDS, key=key, on_change=came, max_upload_size=uploads.MOST
    )
    st.caption(T("explain.stays"))
    if error := st.session_state.pop(f"{PAGE}.error", None):
        show_error(error)
    if _kept()["upload"]:
        st.session_state[f"{PAGE}.invert"] = _kept()["invert"]
        st.toggle(
            T("explain.invert"),
            key=f"{PAGE}.invert",
            help=T("explain.invert.help"),
            on_change=lambda: _kept().update(invert=st.session_state[f"{PAGE}.invert"]),
        )


def pick(index: int) -> None:
    """A test picture was clicked."""
    _kept().update({"picture": index, "upload": None, "invert": False})


def _kept() -> dict[str, Any]:
    """What the reader has chosen, kept when the page is left."""
    fields = ("backbone", "data", "picture", "upload", "invert")
    found: dict[str, Any] = st.session_state.setdefault(
        f"{PAGE}.sent", {field: getattr(LOOK, field) for field in fields}
    )
    return found


def _changed(field: str) -> None:
    _kept()[field] = st.session_state[f"{PAGE}.{field}"]
    if field == "data" and _kept()["upload"] is None:
        pick(0)
