"""A reader's set in a data folder of its own, and deliveries to it."""

from __future__ import annotations

import secrets
from pathlib import Path
from typing import Any

import pytest

from tests.hostile.pictures import photo, saved
from tlcore.catalog import own
from tlcore.data.own import own_batches, own_edit
from tlcore.experiments.take_in import run as take_in
from tlcore.experiments.take_in.spec import TakeInSpec


class OwnHouse:
    """`ada` owns the set `name`."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.name = own_edit.create("ada").id

    @property
    def set(self) -> own.Own:
        return own.read(self.name)

    def deliver(self, *files: tuple[str, str, bytes]) -> str:
        """(class, file name, bytes) as they come from a browser; the delivery's name."""
        batch = secrets.token_hex(16)
        for label, name, body in files:
            arrival = own_batches.Arrival(own_batches.folder(self.name, batch), label, name)
            arrival.write(body)
            arrival.finish()
        return batch

    def take(self, *files: tuple[str, str, bytes]) -> dict[str, Any]:
        """Deliver and decode; the result row."""
        return self.rows(self.deliver(*files))[-1]

    def rows(self, batch: str) -> list[dict[str, Any]]:
        asked = TakeInSpec(data=self.name, batch=batch)
        return list(take_in.rows(asked, self.folder, self.folder))

    def fill(self, **classes: int) -> own.Own:
        """So many pictures of each class, all different."""
        seeds = iter(range(10_000))
        self.take(
            *(
                (label, f"{label}{n}.png", saved(photo(next(seeds)), "PNG"))
                for label, count in classes.items()
                for n in range(count)
            )
        )
        return self.set


@pytest.fixture
def own_house(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> OwnHouse:
    monkeypatch.setenv("TL_DATA_DIR", str(tmp_path / "data"))
    return OwnHouse(tmp_path / "data")
