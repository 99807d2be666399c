"""What a backbone learned first: whether pictures of it are here, and whether it can be asked.

The pictures of `clothing` are shipped, those of a backbone that a reader grew are drawn again.
Those of every other backbone may not be passed on.  No torch.
"""

from __future__ import annotations

from tlcore.catalog import nursery
from tlcore.ground.recipe import TransferPlan

SHIPPED = "clothing"
KNOWN, ASKED = 300, 300  # pictures that the old head is solved on, and those that it is asked
# A run solves a head anew before its first step, after its last epoch (patience may end it early)
# and at each quarter of those planned: five times at most, however long it is.  Each costs a pass
# of the KNOWN pictures and the solving (clothing, two cores of which one computes: .09 s, .02 s).
QUARTERS = 4


def solves(epoch: int, epochs: int) -> bool:
    """Whether it is this epoch's turn; 0 is before the first step."""
    return epoch in _turns(epochs)


def turns(epochs: int) -> int:
    """How often that is."""
    return len(_turns(epochs))


def _turns(epochs: int) -> set[int]:
    return {round(epochs * part / QUARTERS) for part in range(QUARTERS + 1)}


def drawn(backbone: str) -> str | None:
    """The data set that a grown backbone learned from; None where it is another one, or gone."""
    note = nursery.note(backbone)
    return note.data if note else None


def obstacle(backbone: str, blocks: int, plan: TransferPlan) -> str | None:
    """Why the old head cannot be asked, as a text key; None where it can.

    It reads the output of the last block, as that block learned to give it.
    """
    if backbone != SHIPPED and drawn(backbone) is None:
        return f"forgetting.{'gone' if nursery.is_grown(backbone) else 'no_pictures'}"
    return None if plan.keep == blocks else "forgetting.cut"
