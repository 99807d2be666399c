"""Pictures that are drawn here, with knobs."""
