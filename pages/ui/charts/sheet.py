"""Pictures cut out of a run's sheets (tlcore.data.sprite): a class in each line, or pictures to
compare.

The browser fetches a sheet once and shows its tiles; nothing of it goes through the page's script.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Literal, TypedDict

from pages.ui.frame import bundle


class Tile(TypedDict):
    """`index` in the sheet of that name; `name` is read out, and shown under the pointer."""

    sheet: str
    index: int
    name: str


class Group(TypedDict):
    """Tiles that belong together, under a title and a smaller line."""

    title: str
    note: str
    tiles: list[Tile]


Layout = Literal["classes", "change", "pairs"]

_component = bundle.component(
    "tl_sheet", __file__, js=("common", "tile", "sheet"), css=("common", "sheet")
)


def sheet(
    run_id: str,
    sprites: Mapping[str, Mapping[str, Any]],
    groups: Sequence[Group],
    *,
    layout: Layout,
    key: str,
) -> None:
    """Draw `groups`; `sprites` are what `write_sprite` told of the sheets in the run's folder.

    "classes": a line each; "change": from the first tile to the next; "pairs": side by side.
    """
    sheets = {name: address(run_id, told) for name, told in sprites.items()}
    _component(key=key, data={"sheets": sheets, "groups": list(groups), "layout": layout})


def address(run_id: str, told: Mapping[str, Any]) -> dict[str, Any]:
    """What a browser needs to cut a tile out of the sheet that `write_sprite` told of."""
    return {
        "src": f"{bundle.root()}/api/runs/{run_id}/files/{told['file']}",
        "columns": told["columns"],
        "lines": -(-told["count"] // told["columns"]),
        "tile": told["tile"],
    }
