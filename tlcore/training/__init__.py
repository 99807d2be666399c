"""How a run learns: records and arithmetic without torch, and with it three folders (engine,
additions, transfer)."""
