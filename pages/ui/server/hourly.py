"""How many bytes somebody has brought within the hour: counted from their first one on."""

from __future__ import annotations

import threading
import time
from collections.abc import Hashable

HOUR = 3_600.0  # seconds


class Hourly:
    """Bytes by visitor or by address; who brought nothing for an hour is forgotten."""

    def __init__(self) -> None:
        self._brought: dict[Hashable, tuple[float, int]] = {}  # since when, bytes
        self._turn = threading.Lock()

    def may(self, key: Hashable, size: int, most: int) -> bool:
        """Count `size` bytes more where they stay within `most`; else nothing is counted."""
        now = time.monotonic()
        with self._turn:
            since, brought = self._brought.get(key, (now, 0))
            if now - since > HOUR:
                self._brought = {k: v for k, v in self._brought.items() if now - v[0] <= HOUR}
                since, brought = now, 0
            if brought + size > most:
                return False
            self._brought[key] = since, brought + size
            return True
