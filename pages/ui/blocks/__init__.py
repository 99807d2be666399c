"""The picture of the network, and its one control."""
