"""Why did it say that?  One picture of a finished run, or of the reader's own, looked into.

The answer is a run of its own in the quick lane: the page asks for it, shows what is there, and
looks again every 0.3 s until it has come.
"""

from __future__ import annotations

from typing import Any

import streamlit as st

from pages.ui.charts.explained import explained
from pages.ui.frame.speech import T, plain, words
from pages.ui.frame.speech import show as show_error
from pages.ui.runs import live_run, runs
from pages.ui.runs.naming import class_names
from pages.ui.server import uploads
from tlcore import catalog
from tlcore.catalog import BackboneRow
from tlcore.experiments.explain.spec import ExplainSpec
from tlcore.ground.errors import UserError
from tlcore.runs.store.store import Run

LOOK_AGAIN = 0.3  # seconds
LIKELIEST = -1  # not a class: ask about whichever comes out on top
ASKED = "explain.asked"  # spec -> id of the run that answers it


def chosen(run: Run) -> int | None:
    """The test picture that is looked into, to be framed where it stands."""
    found: int | None = _picture(run).get("picture")
    return found


def pick(run: Run, index: int) -> None:
    """A test picture was clicked."""
    _choose(run, {"picture": index})


def show(run: Run) -> None:
    """Controls, the answer, and the reader's own picture."""
    if run.status != "finished" or catalog.reads_texts(run.spec):
        return
    st.header(T("explain.title"), anchor=False)
    st.markdown(T("explain.lead"))
    _own(run)
    picture = _picture(run)
    if not picture:
        return
    spec = _spec(run, picture)
    try:
        answer = asked(spec)
    except UserError as error:
        show_error(error)
        return
    if answer.active:
        wait(answer)
    _answered(run, spec, answer)


def _picture(run: Run) -> dict[str, Any]:
    found: dict[str, Any] = st.session_state.setdefault("explain.pictures", {}).get(run.id, {})
    return found


def _choose(run: Run, picture: dict[str, Any]) -> None:
    st.session_state.setdefault("explain.pictures", {})[run.id] = picture
    st.session_state[ASKED] = {}  # what failed may be tried again
    st.session_state["explain.reveal"] = True


def _own(run: Run) -> None:
    """The reader's own picture: a file, on a phone the camera too."""
    key = f"explain.file.{run.id}"

    def came() -> None:
        if file := st.session_state[key]:
            if name := brought(file.getvalue(), "explain"):
                _choose(run, {"upload": name})
        elif "upload" in _picture(run):
            _choose(run, {})

    st.html(uploads.in_words("explain.upload", "explain.kinds"))
    st.file_uploader(
        T("explain.own"), type=uploads.KINDS, key=key, on_change=came, max_upload_size=uploads.MOST
    )
    st.caption(T("explain.stays"))
    live_run.pending_error("explain")


def _spec(run: Run, picture: dict[str, Any]) -> ExplainSpec:
    """What is asked of the picture: of which class, looking from which block."""
    names = class_names(run)
    own = "upload" in picture
    target, block, *invert = st.columns([1, 1.4, 1] if own else 2, vertical_alignment="bottom")
    about = target.selectbox(
        T("explain.target"),
        [LIKELIEST, *range(len(names))],
        key=f"explain.target.{run.id}",
        format_func=lambda i: T("explain.likeliest") if i == LIKELIEST else names[i],
    )
    row = catalog.backbone(run.spec["backbone"]).at(run.spec.get("side"))
    read = int(run.spec["read"])
    levels, level = with_places(row, read), usual_block(row, read)
    if len(levels) > 1:
        level = block.select_slider(
            T("explain.block"),
            levels,
            value=level,
            key=f"explain.block.{run.id}",
            format_func=lambda b: T("explain.block.n", n=b),
            help=T("explain.block.help"),
        )
    turned = own and invert[0].toggle(
        T("explain.invert"), key=f"explain.invert.{run.id}", help=T("explain.invert.help")
    )
    of = None if about == LIKELIEST else about
    return ExplainSpec(run=run.id, target=of, block=level, invert=turned, **picture)


def with_places(row: BackboneRow, read: int) -> list[int]:
    """Blocks that still tell places apart, counted from 1: of the others there is no where."""
    return [n for n, each in enumerate(row.blocks[:read], start=1) if each.places > 1]


def usual_block(row: BackboneRow, read: int) -> int:
    """The block that one looks from unless another is chosen."""
    blocks, levels = row.blocks[:read], with_places(row, read)
    # Where the last block is the class token alone, no patch of the layer before it can touch the
    # answer: the one before that.
    alone = not blocks[-1].tokens and blocks[levels[-1] - 1].tokens and len(levels) > 1
    return levels[-2] if alone else levels[-1]


def brought(content: bytes, page: str) -> str | None:
    """Name of a picture to be asked about, which is then brought into sight; None where it cannot
    be taken: live_run.pending_error(page) tells why."""
    try:
        name = uploads.keep(content)
    except UserError as error:
        st.session_state[f"{page}.error"] = error
        return None
    st.session_state[f"{page}.reveal"] = True
    st.session_state[ASKED] = {}  # what failed may be tried again
    return name


def wait(answer: Run) -> None:
    """Look again until it has come; then the whole page is drawn."""
    st.fragment(_look_again, run_every=LOOK_AGAIN)(answer.id)


def asked(spec: ExplainSpec) -> Run:
    """The run that answers, begun if it was not."""
    known: dict[str, str] = st.session_state.setdefault(ASKED, {})
    name = spec.model_dump_json()
    found = runs.store().run(known[name]) if name in known else None
    if found is None:
        known[name] = runs.look(spec).run_id
        found = runs.store().run(known[name])
    if found is None:
        raise UserError("run.gone")
    return found


def _look_again(run_id: str) -> None:
    """Ends by a run of the whole page, as soon as the answer has come."""
    run = runs.store().run(run_id)
    if run is None or not run.active:
        st.rerun()


def _answered(run: Run, spec: ExplainSpec, answer: Run) -> None:
    names = class_names(run)
    last = f"explain.last.{run.id}"
    if answer.status == "finished" and answer.result:
        st.session_state[last] = answer.result
    elif not answer.active:
        show_error(runs.failure(answer) or UserError("explain.stopped"))
        return
    found = st.session_state.get(last)
    explained(
        found,
        names=names,
        words=words("explained"),
        key=f"explain.answer.{run.id}",
        busy=answer.active,
        reveal=st.session_state.pop("explain.reveal", False),
    )
    if found and not answer.active:
        st.markdown(_told(run, spec, found, [plain(name) for name in names]))


def _told(run: Run, spec: ExplainSpec, found: dict[str, Any], names: list[str]) -> str:
    """The answer in words, hedged: a heat map is a hint, no proof."""
    sure = found["probabilities"]
    likeliest = max(range(len(sure)), key=sure.__getitem__)
    told = [T("explain.says", name=names[likeliest], sure=f"{sure[likeliest]:.0%}")]
    if spec.picture is not None and run.result:
        truth = run.result["truth"][spec.picture]
        told.append(
            T("explain.right" if truth == likeliest else "explain.wrong", name=names[truth])
        )
    height, width = found["map"]
    told.append(T("explain.marked", name=names[found["target"]]))
    told.append(T("explain.map", height=height, width=width))
    return " ".join(told)
