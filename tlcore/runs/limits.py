"""How much a visitor may ask for.  Whoever sits at the server may raise it for the room."""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel, ConfigDict, Field

from tlcore.ground.errors import UserError
from tlcore.runs.spec import FineTuneSpec
from tlcore.training.spec_problems import Problem


class RoomLimits(BaseModel):
    """Bounds of what is started in a browser; the command line takes what fits in memory."""

    model_config = ConfigDict(frozen=True, extra="ignore", allow_inf_nan=False)

    waiting: int = Field(3, ge=1, le=500, description="runs of one student that may wait")
    seconds: int = Field(300, ge=10, le=3600, description="estimate of one run")
    samples: int = Field(20_000, ge=40, le=1_000_000, description="training pictures")
    epochs: int = Field(200, ge=1, le=10_000, description="passes over the pictures")


USUAL = RoomLimits()


def within(spec: FineTuneSpec, seconds: float | None, limits: RoomLimits = USUAL) -> None:
    """Raise UserError when a browser may not ask for this much.  `seconds` is the estimate."""
    problems: list[Problem] = []
    for field, low, high in (("train_size", 1, limits.samples), ("epochs", 0, limits.epochs)):
        given = getattr(spec, field)
        if given > high:
            told: dict[str, Any] = {"field": field, "given": given, "low": low, "high": high}
            problems.append(("spec.out_of_range", told))
    problems += _too_long(seconds, limits)
    if problems:
        raise UserError("spec.invalid", problems=problems)


def in_time(seconds: float | None, limits: RoomLimits = USUAL) -> None:
    """Raise UserError when what is expected to take so long may not be begun in a browser."""
    if problems := _too_long(seconds, limits):
        raise UserError("spec.invalid", problems=problems)


def _too_long(seconds: float | None, limits: RoomLimits) -> list[Problem]:
    if seconds is None or seconds <= limits.seconds:
        return []
    return [("spec.too_long", {"seconds": round(seconds), "high": limits.seconds})]
