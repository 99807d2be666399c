"""Transfer learning by experiments: the engine and everything the pages show, without a browser."""
