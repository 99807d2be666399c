"""Runs as the pages see them: submit, look, leave.  The store is the truth."""

from __future__ import annotations

import logging
import sys
import time
import traceback
from collections.abc import Sequence
from functools import cache
from logging.handlers import RotatingFileHandler
from typing import Any

import streamlit as st

from pages.ui.frame import speech
from pages.ui.server import by_address, host, log_repeats, visitors
from tlcore import catalog
from tlcore.experiments.profile.spec import ProfileSpec
from tlcore.ground import machine, paths
from tlcore.ground.disk import NO_ROOM
from tlcore.ground.errors import UserError
from tlcore.ground.recipe import Compute
from tlcore.runs import dispatch, limits
from tlcore.runs.spec import FineTuneSpec, Resolved, Spec, resolve
from tlcore.runs.store.store import Order, Run, Store, Submission
from tlcore.training import estimate, quickest

ASK_AGAIN = 30.0  # seconds; a measurement that fails does not come back with each click
_asked: dict[tuple[Store, str], float] = {}  # when the speed of a backbone was last asked for


@cache
def store() -> Store:
    return Store()


def user() -> str:
    """The signed id in the browser's cookie; where cookies are off, one for this session."""
    known = visitors.who(str(st.context.cookies.get(visitors.COOKIE, "")))
    if known is not None:
        return known
    if "user" not in st.session_state:
        st.session_state["user"] = visitors.fresh(by_address.source())
    return str(st.session_state["user"])


def profile(backbone: str) -> dict[str, Any] | None:
    """How fast this machine runs a backbone; asked for in the background when not yet known."""
    backbone = catalog.backbone(backbone).id  # what readers have grown is equally fast
    found = store().profile(backbone)
    if found is None:
        _measure_soon(backbone)
    return found


def _measure_soon(backbone: str) -> None:
    now = time.monotonic()
    if now - _asked.get((store(), backbone), -ASK_AGAIN) > ASK_AGAIN:
        measure(backbone)
        _asked[store(), backbone] = now


def measure(backbone: str) -> str:
    """Have this machine's speed with a backbone measured, for everybody; the run's id."""
    found = store().submit(_resolved(ProfileSpec(backbone=backbone)), "profile")
    dispatch.ensure(paths.data_dir())
    return found.run_id


def judge(spec: FineTuneSpec) -> estimate.Estimate:
    """Time, memory and learning parameters of a spec on this machine."""
    found = profile(spec.backbone)
    compute = resolve(spec, quickest.choose(spec, found), machine.name()).compute
    return estimate.estimate(spec, compute, found)


def start(spec: FineTuneSpec, fresh: bool = False) -> Submission:
    """Queue a run, join the same one under way, or find it recorded.  Raises UserError."""
    return start_all([spec], fresh)[0]


def start_all(specs: Sequence[FineTuneSpec], fresh: bool = False) -> list[Submission]:
    """All of them or none: half a race teaches nothing.  Raises UserError."""
    for spec in specs:
        if spec.device == "cuda" and not (profile(spec.backbone) or {}).get("cuda"):
            raise UserError("device.no_cuda")
    seconds = [judge(spec).seconds for spec in specs]
    room = store().limits()
    for spec, expected in zip(specs, seconds, strict=True):
        _doubt(spec.backbone, expected, room)
        limits.within(spec, expected, room)
    orders = [Order(_resolved(s), e) for s, e in zip(specs, seconds, strict=True)]
    priority = int(host.at_the_server())  # the teacher's demonstration goes first
    by_address.check(store(), len(orders))
    submissions = store().submit_all(orders, user(), fresh=fresh, priority=priority)
    by_address.note(made.run_id for made in submissions)
    dispatch.ensure(paths.data_dir())
    return submissions


def in_time(backbone: str, expected: float | None) -> None:
    """Raise UserError when what is expected to take so long may not be begun in a browser."""
    room = store().limits()
    _doubt(backbone, expected, room)
    limits.in_time(expected, room)


def _doubt(backbone: str, expected: float | None, room: limits.RoomLimits) -> None:
    """Before something is refused for its time the machine is measured once more: it may have been
    busy the first time, and that measurement would stay."""
    if expected is not None and expected > room.seconds:
        _measure_soon(catalog.backbone(backbone).id)


def _resolved(spec: FineTuneSpec | ProfileSpec) -> Resolved:
    found = store().profile(catalog.backbone(spec.backbone).id)
    return resolve(spec, quickest.choose(spec, found), machine.name())


def known(spec: Spec) -> Run | None:
    """The run of this spec that is under way or has a result, whoever asked for it."""
    return store().find(resolve(spec, Compute(), machine.name()).hash)


def look(spec: Spec) -> Submission:
    """Queue a look at a run that has finished or at pictures, or find it recorded."""
    submission = store().submit(resolve(spec, Compute(), machine.name()), user())
    dispatch.ensure(paths.data_dir())
    return submission


def may_hold(run: Run) -> bool:
    """Pause and resume are for who began a run, and for whoever sits at the server."""
    return run.user == user() or host.at_the_server()


def hold(run_id: str, hold: bool) -> None:
    """Pause, or go on.  Raises UserError("run.not_yours")."""
    ask = store().pause if hold else store().resume
    ask(run_id, user(), host=host.at_the_server())
    dispatch.ensure(paths.data_dir())


def mine() -> list[Run]:
    """The reader's own runs, newest first; none where the store cannot be read: who wants to
    start one is told so then."""
    try:
        return store().runs(user(), limit=20)
    except UserError:
        return []


def goes_on(run: Run) -> bool:
    return run.active and not run.stopping


def poll(run_id: str, after: int, most: int) -> dict[str, Any] | None:
    """What /api/runs/<id> answers: status, and at most `most` rows after the cursor."""
    run = store().run(run_id)
    if run is None:
        return None
    if run.active:
        dispatch.ensure(paths.data_dir())
    rows, cursor = store().rows(run_id, after, limit=most)
    return {
        "status": run.status,
        "stopping": run.stopping,
        "pausing": run.pausing,
        "place": run.place,
        "wait": run.wait,
        "attempt": run.attempt,
        "rows": rows,
        "next": cursor,
        "more": cursor - after >= most,
        "full": run.active and _disk_is_full(),
    }


def _disk_is_full() -> bool:
    """Then a run trains on, and its rows wait: who watches it has to know why nothing moves."""
    trouble = _client().trouble
    return trouble is not None and trouble.key in NO_ROOM


@cache
def _client() -> dispatch.Client:
    return dispatch.client(paths.data_dir())


def open_() -> None:
    """The web process begins: a dispatcher with warm workers, and the machine's profile."""
    _client()
    dispatch.ensure(paths.data_dir())
    profile("clothing")


def close() -> None:
    """The web process ends: when it was the last client, the dispatcher ends too."""
    _client().close()


def failure(run: Run) -> UserError | None:
    """What a failed or interrupted run has to tell."""
    if run.status == "interrupted":
        return UserError("run.interrupted")
    if run.status == "failed" and run.error_key:
        return UserError(run.error_key, **(run.error_values or {}))
    return None


@cache
def _log() -> logging.Logger:
    folder = paths.data_dir() / "log"
    folder.mkdir(parents=True, exist_ok=True)
    log = logging.getLogger("transfer_lab.web")
    log.addHandler(RotatingFileHandler(folder / "web.log", maxBytes=1_000_000, backupCount=1))
    log_repeats.count(log)
    return log


def log_bug(error: Exception) -> bool:
    """Streamlit's handler for what a page did not expect: traceback to the log, one sentence."""
    if isinstance(error, UserError):
        speech.show(error)
    else:
        told, place = "".join(traceback.format_exception(error)), "stderr"
        try:
            _log().error(told)
            place = str(paths.data_dir() / "log" / "web.log")
        except OSError:  # the data folder may be what is wrong
            sys.stderr.write(told)
        speech.show(UserError("bug", log=place))
    return True
