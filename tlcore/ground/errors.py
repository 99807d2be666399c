"""The one error that a learner reads: what happened, what is allowed, what to do next.

It carries a key and values, never a sentence: the page (or the CLI) translates it with
`tlcore.words.i18n`; in a notebook, where nobody does, it prints as English.  Anything that is not a
`UserError` is a bug and goes to the log with its traceback.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable


class UserError(Exception):
    """The learner can act on this.  `key` is a text under `error.` in assets/locale."""

    def __init__(self, key: str, **values: object) -> None:
        super().__init__(key, values)
        self.key = key
        self.values = values

    def __str__(self) -> str:
        """The English sentence; behind it the key, by which it is found in the texts."""
        # A text or a value may be missing, no file may open: at least what is known is said.
        with contextlib.suppress(LookupError, OSError):
            if english is not None:
                return f"{english(self)} [{self.key}]"
        told = ", ".join(f"{name}={value!r}" for name, value in self.values.items())
        return f"{self.key}({told})"

    def __reduce__(self) -> tuple[object, ...]:
        return (_rebuild, (self.key, self.values))  # crosses process borders with its values


# Its English sentence: `tlcore.words.i18n`, which knows this file, puts it here.
english: Callable[[UserError], str] | None = None


def _rebuild(key: str, values: dict[str, object]) -> UserError:
    return UserError(key, **values)
