"""The lesson that trains a run again, filled in from a template: only what this run used is in it.

train_again.txt reads like the script.  Its directives: `#: section NAME` begins a part (a heading
in the script, cells in the notebook); `#: when FACT`, `#: otherwise`, `#: end` keep what applies.
`$name` is a value, or the text of the functions and classes that ran
(tlcore.experiments.export.run.taken).
"""

from __future__ import annotations

import re
import string
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from tlcore.experiments.export.run.taken import TAKEN, Taken
from tlcore.ground import source

FOLDER = Path(__file__).parent
TEMPLATE = FOLDER / "train_again.txt"
_HERE = re.compile(r"\b(?:seeds|batches|augment)\.(?=\w+\()")  # one file: no modules in it
# A docstring's first paragraph tells what; the measurements below it belong to the app.
_MORE = re.compile(r'("""[^"\n]+)\n\n[^"]*"""')
# names of types that only the app has; the script says them in plain Python
_TYPES = {": Augment": ": str", ": Schedule": ": str", "model: Any": "model"}
_TYPES[", spec: InputSpec"] = ", spec=INPUT"
_TYPES |= {"pictures: Iterable[torch.Tensor]": "pictures"}
_TYPES |= {"Sequence[": "list[", " -> Iterator[tuple[str, nn.Module]]": ""}
_TYPES[" -> Iterator[tuple[nn.Module, str]]"] = ""
_TYPES["closure: Any = None) -> Any"] = "closure=None)"


def sections(
    facts: Mapping[str, bool], values: Mapping[str, str], template: Path = TEMPLATE
) -> dict[str, str]:
    """{section: code}.  Every fact and every value that the template names must be given."""
    found: dict[str, list[str]] = {}
    lines: list[str] = []
    holds: list[bool] = []
    for line in template.read_text(encoding="utf-8").splitlines():
        directive = line.split()[1:] if line.startswith("#: ") else []
        match directive:
            case ["when", fact]:
                holds.append(facts[fact])
            case ["otherwise"]:
                holds[-1] = not holds[-1]
            case ["end"]:
                holds.pop()
            case _ if not all(holds):
                continue
            case ["section", name]:
                lines = found[string.Template(name).substitute(values)] = []
            case [] if (taken := TAKEN.get(line.removeprefix("$"))) and line.startswith("$"):
                lines.append(text_of(taken))
            case []:
                lines.append(string.Template(line).substitute(values))
            case _:
                raise ValueError(line)
    return {name: _spaced("\n".join(lines)) for name, lines in found.items()}


def text_of(taken: Taken) -> str:
    """As an exported file tells them, empty lines around each."""
    return "\n".join(f"\n\n{_told(each)}\n\n" for each in taken)


def _told(taken: Callable[..., Any]) -> str:
    text = _HERE.sub("", source.text_of(taken))
    for ours, plain in _TYPES.items():
        text = text.replace(ours, plain)
    return _MORE.sub(r'\1"""', text)


def _spaced(code: str) -> str:
    """Two empty lines around functions, one elsewhere, none at the ends."""
    return re.sub(r"\n{4,}", "\n\n\n", code).strip("\n") + "\n"


def blocks_of(code: str) -> list[str]:
    """One section cut at its double empty lines: the cells of a notebook."""
    return [block.strip("\n") for block in code.split("\n\n\n") if block.strip()]
