"""The finished run that an export is about: its record, its rows by kind, and its folder."""

from __future__ import annotations

import datetime
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tlcore import catalog
from tlcore.ground.errors import UserError
from tlcore.ground.recipe import TransferPlan
from tlcore.runs import comparison
from tlcore.runs.run import Row, Run
from tlcore.training import what_learned
from tlcore.words import i18n


@dataclass(frozen=True)
class Subject:
    run: Run
    rows: Sequence[Row]
    folder: Path
    start: Mapping[str, Any]
    result: Mapping[str, Any]

    @classmethod
    def of(cls, run: Run, rows: Sequence[Row], folder: Path) -> Subject:
        """Raises UserError("export.unfinished") where the rows have no start or no result."""
        starts = [row for row in rows if row["kind"] == "start"]
        results = [row for row in rows if row["kind"] == "result"]
        if not starts or not results:
            raise UserError("export.unfinished")
        return cls(run, rows, folder, starts[-1], results[-1])

    @property
    def spec(self) -> Mapping[str, Any]:
        return self.run.spec

    @property
    def data_key(self) -> str:
        """Text key of the data set's name; a set of own pictures has none but its classes."""
        data = str(self.spec["data"])
        own = {"own-": "data.own", "texts-": "data.own_texts"}
        return next((key for start, key in own.items() if data.startswith(start)), f"data.{data}")

    @property
    def steps(self) -> list[Row]:
        return [row for row in self.rows if row["kind"] == "step"]

    @property
    def epochs(self) -> list[Row]:
        return [row for row in self.rows if row["kind"] == "epoch"]

    def telling(self, name: str) -> list[Row]:
        """The epochs that tell this value; none where it was not asked for, or not measured yet."""
        return [row for row in self.epochs if row.get(name) is not None]

    @property
    def groups(self) -> list[str]:
        """Blocks 1..read from the input, then "head"."""
        return [group["name"] for group in self.start["groups"]]

    @property
    def when(self) -> datetime.datetime:
        """The second in which the run began, UTC: the time every export carries."""
        return datetime.datetime.fromtimestamp(
            int(self.run.started or self.run.created), datetime.UTC
        )

    def classes(self, language: str) -> list[str]:
        """Names of the classes in a language; a label without words (a digit) names itself."""
        words, data = i18n.texts(language), self.spec["data"]
        return [words.get(f"class.{data}.{name}", name) for name in self.start["classes"]]

    def strategy(self, language: str) -> str:
        """What learned, in a few words: "Head only", "Blocks 7-8 + head"."""
        blocks = len(catalog.backbone(self.spec["backbone"]).blocks)
        plan = TransferPlan(*comparison.value(self.spec, "plan"))
        return what_learned.told(plan, blocks, language, in_full=True)
