"""The reader's own data sets: made, filled, named and deleted.  A page calls `panel`."""

from __future__ import annotations

from typing import Any

import streamlit as st

from pages.decide.my_dataset import own_plain
from pages.decide.my_dataset.bring import bring
from pages.ui.forms import clicks
from pages.ui.frame.speech import T, language, plain, words
from pages.ui.frame.speech import show as show_error
from pages.ui.runs import runs
from pages.ui.runs.naming import own_title
from pages.ui.server import host
from tlcore.catalog import own
from tlcore.data.own import own_batches, own_edit
from tlcore.experiments.take_in.spec import TakeInSpec
from tlcore.ground import bounds, paths
from tlcore.ground.errors import UserError
from tlcore.runs import own_runs
from tlcore.runs.store.store import Run
from tlcore.words import i18n

ERROR, ASKING, SAID = "own.error", "own.asking", "own.said"
DELIVERIES = "own.deliveries"  # set -> (batch, id of the run that decodes it)


def panel() -> str | None:
    """Everything about the reader's own pictures; the id of the set that can be used, if any."""
    if error := st.session_state.pop(ERROR, None):
        show_error(error)
    if said := st.session_state.pop(SAID, None):
        st.success(T(said))
    sets = own.of(runs.user())
    if not sets:
        _stays()
        clicks.press(T("own.begin"), "own.begin", _begin, (), type="primary")
        return None
    found = _chosen(sets)
    _bring(found)
    _state(found)
    own_plain.ask(found, _deliver)
    _stays()
    with st.container(horizontal=True):
        clicks.press(T("own.another"), "own.another", _begin, (), icon=":material/add:")
        clicks.press(T("own.delete"), "own.delete", _ask, (found.id,), icon=":material/delete:")
    _asked(found)
    return found.id if found.usable else None


def _chosen(sets: list[own.Own]) -> own.Own:
    known = {found.id: found for found in sets}
    if st.session_state.get("own.set") not in known:
        st.session_state["own.set"] = sets[-1].id
    if len(sets) > 1:
        st.selectbox(
            T("own.which"), list(known), key="own.set", format_func=lambda i: own_title(known[i])
        )
    return known[st.session_state["own.set"]]


def _bring(found: own.Own) -> None:
    batch, run = _delivery(found)
    going = run is not None and run.active
    bring(
        found,
        words=words("own", "error.own", "error.data", "error.picture", "error.store"),
        key=f"own.bring.{found.id}",
        batch=batch,
        taking=run.id if run is not None and going else None,
        most=bounds.own_pictures(host.at_the_server()),
        refused=[] if run is None or going else _refused(run),
        on_delivered=lambda came: _deliver(found.id, came),
        on_taken=lambda: None,  # the script runs again, and shows what came of it
        on_edit=lambda told: _edit(found.id, told),
    )
    if run is not None and not going:
        _came(run)


def _delivery(found: own.Own) -> tuple[str | None, Run | None]:
    batch, run_id = st.session_state.setdefault(DELIVERIES, {}).get(found.id, (None, None))
    return batch, runs.store().run(run_id) if run_id else None


def _refused(run: Run) -> list[tuple[str, str]]:
    """File and sentence of what a delivery lost."""
    result = run.result or {}
    told = [
        (str(file), i18n.tell(UserError(key, **values), language()))
        for file, key, values in result.get("refused", [])
    ]
    if left := result.get("unlisted"):
        told.append(("", T("own.refused.more", n=left)))
    return told


def _came(run: Run) -> None:
    """What a delivery brought, or why it brought nothing."""
    if error := runs.failure(run):
        show_error(error)
        return
    if run.status != "finished":
        show_error(UserError("own.stopped"))
        return
    result = run.result or {}
    if sampled := result.get("sampled"):
        st.warning(i18n.tell(UserError(sampled[0], **sampled[1]), language()))
    if taken := result.get("taken"):
        told = ", ".join(f"{plain(name)} +{count}" for name, count in taken.items())
        st.markdown(T("own.taken", told=told))


def _state(found: own.Own) -> None:
    """What is missing, or what the set is made of now."""
    if len(found.classes) < 2:
        st.info(T("own.not_yet.classes", needed=found.needed))
    elif found.missing:
        told = ", ".join(f"{plain(name)} +{count}" for name, count in found.missing)
        st.info(T("own.not_yet.pictures", needed=found.needed, missing=told))
    elif found.parts_missing:
        name, part = found.parts_missing[0]
        st.warning(T("own.not_yet.part", name=plain(name), part=part))
    else:
        row = own.row(found.id)
        st.success(T("own.ready", train=row.train_pool, val=row.val, test=row.test))
        if kept := sorted({p.split for p in found.pictures if p.split}):
            st.caption(T("own.split_kept", parts=", ".join(kept)))


def _stays() -> None:
    if host.at_the_server():
        st.caption(T("own.stays.host", folder=plain(str(paths.data_dir() / "pictures"))))
    else:
        st.caption(T("own.stays.student"))


# What the reader does


def _begin() -> None:
    try:
        st.session_state["own.set"] = own_edit.create(runs.user()).id
    except UserError as error:
        st.session_state[ERROR] = error


def _deliver(name: str, batch: str) -> None:
    """A delivery has come: have it decoded.  Told twice, it is still one run."""
    if not own_batches.NAME.fullmatch(batch):  # no browser of ours says so
        return
    known = st.session_state.setdefault(DELIVERIES, {})
    try:
        own.yours(name, runs.user())
        here = host.at_the_server()
        run_id = runs.look(TakeInSpec(data=name, batch=batch, at_the_server=here)).run_id
        known[name] = batch, run_id
    except UserError as error:
        known[name] = batch, None
        st.session_state[ERROR] = error


def _edit(name: str, told: dict[str, Any]) -> None:
    """One change; what a browser says is not trusted to be of the right kind."""
    user, label = runs.user(), str(told.get("class", ""))
    given = told.get("files")
    files = {str(file) for file in given} if isinstance(given, list) else set()
    text = str(told.get("name", ""))
    try:
        match told.get("act"):
            case "add":
                own_edit.add_class(name, user, text)
            case "rename":
                own_edit.rename(name, user, label, text)
            case "drop":
                own_edit.remove_class(name, user, label)
            case "move":
                own_edit.move(name, user, files, label)
            case "remove":
                own_edit.remove(name, user, files)
    except UserError as error:
        st.session_state[ERROR] = error


def _ask(name: str) -> None:
    st.session_state[ASKING] = name


def _asked(found: own.Own) -> None:
    """Asks once, and says what goes with the pictures."""
    if st.session_state.get(ASKING) != found.id:
        return
    with st.container(border=True):
        made = own_runs.count(runs.store(), found.id)
        st.markdown(T("own.delete.ask", n=len(found.pictures), runs=made))
        with st.container(horizontal=True):
            clicks.press(
                T("own.delete.yes"), "own.delete.yes", _delete, (found.id,), type="primary"
            )
            clicks.press(T("own.delete.no"), "own.delete.no", _ask, ("",))


def _delete(name: str) -> None:
    try:
        own_edit.delete(name, runs.user())
        own_runs.forget(runs.store(), name)
        st.session_state[SAID] = "own.deleted"
    except UserError as error:
        st.session_state[ERROR] = error
    st.session_state[ASKING] = None
