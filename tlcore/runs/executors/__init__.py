"""Where runs get their processes, behind one contract."""
