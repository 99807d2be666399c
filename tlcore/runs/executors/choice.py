"""Which executor a dispatcher has: a new one is a file beside this one, and a row here."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from tlcore.ground.errors import UserError
from tlcore.runs.executors.contract import Executor
from tlcore.runs.executors.local import LocalExecutor
from tlcore.runs.executors.pool import PoolExecutor
from tlcore.runs.run import Lane

# Made with: the worker function ("module:function"), slots of each lane, modules worth importing
# ahead.
Make = Callable[[str, Mapping[Lane, int], Sequence[str]], Executor[Any]]
EXECUTORS: Mapping[str, Make] = {"local": LocalExecutor, "pool": PoolExecutor}


def named(environment: Mapping[str, str]) -> Make:
    """The one that TL_EXECUTOR names, else the local one.  Raises UserError
    "run.no_such_executor"."""
    name = environment.get("TL_EXECUTOR", "local")
    if name not in EXECUTORS:
        raise UserError("run.no_such_executor", given=name[:40], known=", ".join(EXECUTORS))
    return EXECUTORS[name]
