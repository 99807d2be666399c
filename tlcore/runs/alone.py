"""A fine-tune that was trained here and now, told as a run of the store is told."""

from __future__ import annotations

import dataclasses
import secrets
import time
from typing import TYPE_CHECKING, Any

from tlcore.runs.run import Row, Run

if TYPE_CHECKING:
    from tlcore.runs.spec import Resolved


def run_of(resolved: Resolved, rows: list[Row], began: float) -> Run:
    """`rows` as the engine told them, the last is the result; `began`: seconds since 1970."""
    values: dict[str, Any] = dict.fromkeys(field.name for field in dataclasses.fields(Run))
    values |= {"id": secrets.token_hex(16), "kind": resolved.spec.kind, "hash": resolved.hash}
    values |= {"spec": resolved.spec.model_dump(), "compute": dataclasses.asdict(resolved.compute)}
    values |= {"status": rows[-1]["status"], "created": began, "started": began, "attempt": 1}
    return Run(**values | {"result": rows[-1], "ended": time.time()})
