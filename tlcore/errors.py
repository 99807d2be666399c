"""The one error that a learner reads: what happened, what is allowed, what to do next.

It carries a key and values, never a sentence: the page (or the CLI) translates it with
`tlcore.i18n`; in a notebook, where nobody does, it prints as English.  Anything that is not a
`UserError` is a bug and goes to the log with its traceback.
"""

from __future__ import annotations


class UserError(Exception):
    """The learner can act on this.  `key` is a text under `error.` in assets/locale."""

    def __init__(self, key: str, **values: object) -> None:
        super().__init__(key, values)
        self.key = key
        self.values = values

    def __str__(self) -> str:
        """The English sentence; behind it the key, by which it is found in the texts."""
        try:
            from tlcore import i18n  # which imports this file

            return f"{i18n.tell(self, 'en', 'code')} [{self.key}]"
        except (LookupError, OSError, ImportError):
            # A text or a value is missing, or no file can be opened: say at least what is known.
            told = ", ".join(f"{name}={value!r}" for name, value in self.values.items())
            return f"{self.key}({told})"

    def __reduce__(self) -> tuple[object, ...]:
        return (_rebuild, (self.key, self.values))  # crosses process borders with its values


def _rebuild(key: str, values: dict[str, object]) -> UserError:
    return UserError(key, **values)
