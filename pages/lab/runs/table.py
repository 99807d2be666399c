"""The list of the reader's runs: what each row says, and the act of choosing among them."""

from __future__ import annotations

from typing import Any

from pages.lab.runs.run_list import Chosen, run_list
from pages.ui.frame.speech import words
from pages.ui.runs import naming, runs
from pages.ui.runs.naming import rate, span
from tlcore import catalog
from tlcore.ground.recipe import TransferPlan
from tlcore.runs import comparison
from tlcore.runs.store.store import Run


def show(found: list[Run]) -> Chosen:
    """The table, newest run first; what is ticked and what was opened."""
    return run_list([row(run) for run in found], words=words("runs"), key="runs.list")


def row(run: Run) -> dict[str, Any]:
    """One run as the table shows it: texts to read, ids to filter by."""
    spec, result = run.spec, run.result or {}
    plan = TransferPlan(*comparison.value(spec, "plan"))
    score, interval = result.get("test_accuracy"), result.get("interval")
    seconds = (result.get("seconds") or {}).get("total")
    learning = result.get("learning_parameters")
    return {
        "id": run.id,
        "when": naming.moment(run),
        "name": naming.title(spec),
        "own": run.user == runs.user(),
        "data_id": spec["data"],
        "data": naming.data_name(spec["data"]),
        "size": f"{spec['train_size']:,}",
        "learns": naming.learns(spec),
        "blocks": blocks(spec),
        "rate": rate(spec["head_lr"] if plan.fixed == plan.read else spec["lr"]),
        "seed": str(spec["seed"]),
        "attempt": run.attempt,
        "status": run.status,
        "place": run.place,
        "stopping": run.stopping,
        "pausing": run.pausing,
        "accuracy": "–" if score is None else f"{score:.1%}",
        "interval": "" if not interval else f"{interval[0]:.0%} – {interval[1]:.0%}",
        "seconds": "–" if seconds is None else span(seconds),
        "parameters": "–" if learning is None else f"{learning:,}",
    }


def blocks(spec: dict[str, Any]) -> list[str]:
    """The plan as the small bar draws it, from the input to the head."""
    n = len(catalog.backbone(spec["backbone"]).blocks)
    plan = TransferPlan(*comparison.value(spec, "plan"))
    states = [
        "dropped"
        if b > plan.read
        else "frozen"
        if not plan.moves(b)
        else "kept"
        if b <= plan.keep
        else "new"
        for b in range(1, n + 1)
    ]
    return [*states, "head"]
