"""A file that is wanted over HTTP, and what has come of it: bytes, and what names their content.

What has come lies in `<name>.partial`; a later call goes on behind it (RFC 9110, section 14) and
asks the server to start anew where the file has changed (`If-Range`).
"""

from __future__ import annotations

import dataclasses
import json
from pathlib import Path
from urllib.parse import urlsplit

from tlcore.catalog.whole_files import PARTIAL
from tlcore.fetching.http_open import Open, Opened, plainly


@dataclasses.dataclass(frozen=True)
class Wanted:
    """`digest`: hex digits that the hash of the file begins with; "" where none is known.

    `before`: bytes that are hashed before those of the file (git hashes a header, too); `most`:
    bytes that the file may have, where that is known; `open`: how the server is asked.
    """

    url: str
    path: Path
    digest: str
    algorithm: str = "sha256"
    before: bytes = b""
    most: int | None = None
    open: Open = plainly

    @property
    def host(self) -> str:
        return urlsplit(self.url).hostname or self.url

    @property
    def partial(self) -> Path:
        return self.path.with_name(self.path.name + PARTIAL)

    def told(self) -> dict[str, str]:
        return {"file": self.path.name, "host": self.host}

    @property
    def note(self) -> Path:
        """Beside the half: what names its content at the server."""
        return self.path.with_name(self.path.name + PARTIAL + ".json")

    def came(self) -> int:
        """Bytes that are here."""
        try:
            return self.partial.stat().st_size
        except OSError:
            return 0

    def validator(self) -> str | None:
        """What named the content when its half came; None where that was not told."""
        try:
            return str(json.loads(self.note.read_text(encoding="utf-8"))) or None
        except (OSError, ValueError):
            return None

    def remember(self, answer: Opened) -> None:
        """What names this content at the server: a strong ETag, else when it last changed."""
        tag = answer.headers.get("ETag", "")
        named = tag if tag.startswith('"') else answer.headers.get("Last-Modified", "")
        self.note.write_text(json.dumps(named), encoding="utf-8")
