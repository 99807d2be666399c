"""One fine-tune of texts: its cost, start and stop, curves while it goes, what came out."""

from __future__ import annotations

from pages.ui.forms import cost as tune_cost
from pages.ui.frame.speech import show as show_error
from pages.ui.frame.speech import show_once
from pages.ui.runs import earlier, fetching, live_run, result, runs
from tlcore.ground.errors import UserError
from tlcore.runs.spec import FineTuneSpec

PAGE = "fine_tune_text"


def show(spec: FineTuneSpec) -> None:
    """A store that cannot be read is told once, and the rest of the page stands."""
    try:
        _show(spec)
    except UserError as error:
        show_once(error)


def _show(spec: FineTuneSpec) -> None:
    missing = fetching.missing(spec)
    if not missing:
        tune_cost.show(spec)
    live_run.buttons(spec, PAGE, ready=not missing)
    run = live_run.current(PAGE)
    if run is None:
        return
    with earlier.box(PAGE, run.spec, spec.model_dump(mode="json")):
        if problem := runs.failure(run):
            show_error(problem)
        live_run.show(run, PAGE)
        if run.result and not live_run.replaying(PAGE):
            result.show(run)
