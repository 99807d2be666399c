"""What a bench of an hour has measured so far, in a file, so that one that was stopped goes on."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from tlcore.ground import recorded


class Kept:
    """Values by name.  Without a file they are forgotten with the process."""

    def __init__(self, file: Path | None) -> None:
        self.file = file
        known = file is not None and file.exists()
        self.found: dict[str, Any] = json.loads(file.read_text("utf-8")) if known and file else {}

    def of(self, name: str, measure: Callable[[], Any]) -> Any:
        """What `measure` said when it was first asked; it is told as it comes."""
        if name not in self.found:
            self.found[name] = measure()
            print(name, self.found[name], file=sys.stderr, flush=True)
            if self.file:
                recorded.write(self.file, json.dumps(self.found, indent=1))
        return self.found[name]
