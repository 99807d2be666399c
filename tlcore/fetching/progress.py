"""How far a download is: written by the thread that works, read by the one who tells of it.

It is also how the work is stopped: between two words on how far it is.  No torch here.
"""

from __future__ import annotations

import threading
from dataclasses import dataclass, field
from typing import Literal

Stage = Literal["download", "unpack", "decode"]


class Stopped(BaseException):
    """Nobody asks for rows any more.  Not an Exception: no library takes it for a fault."""


@dataclass
class Progress:
    """Where the work is.  `done`, `of`: bytes, or pictures while they are decoded."""

    stage: Stage = "download"
    file: str = ""
    done: int = 0
    of: int | None = None
    stop: threading.Event = field(default_factory=threading.Event)

    def tell(self, stage: Stage, file: str, done: int, of: int | None) -> None:
        """Raises Stopped when the work should end here."""
        if self.stop.is_set():
            raise Stopped
        if of is None and (stage, file) == (self.stage, self.file):
            of = self.of  # between two tries the size is still what it was
        self.stage, self.file, self.done, self.of = stage, file, done, of
