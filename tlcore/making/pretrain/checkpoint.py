"""State of a training between two epochs, on disk, so that it can go on after a cut."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import torch


class Checkpoint:
    """Saves and restores `parts` (anything with a state_dict) for one set of `settings`."""

    def __init__(self, path: Path, settings: dict[str, Any], parts: dict[str, Any]) -> None:
        self.path, self.settings, self.parts = path, settings, parts

    def load(self) -> tuple[int, float]:
        """Epochs done and seconds spent: (0, 0.0) when there is no checkpoint of these settings."""
        if not self.path.exists():
            return 0, 0.0
        saved = torch.load(self.path, map_location="cpu", weights_only=True)
        if saved["settings"] != self.settings:
            return 0, 0.0
        for name, part in self.parts.items():
            part.load_state_dict(saved["parts"][name])
        return int(saved["epochs"]), float(saved["seconds"])

    def save(self, epochs: int, seconds: float) -> None:
        """Written whole beside the last one, then renamed over it."""
        self.path.parent.mkdir(parents=True, exist_ok=True)
        partial = self.path.with_suffix(".partial")
        states = {name: part.state_dict() for name, part in self.parts.items()}
        torch.save(
            {"settings": self.settings, "epochs": epochs, "seconds": seconds, "parts": states},
            partial,
        )
        os.replace(partial, self.path)
