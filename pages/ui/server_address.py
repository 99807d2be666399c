"""This machine's address on its own network."""

from __future__ import annotations

import socket


def network_address() -> str | None:
    """IPv4 address as other devices see it, or None.  Nothing is sent: connecting a UDP socket
    only picks a route, and the address asked for is a private one."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect(("10.254.254.254", 1))
        except OSError:
            return None
        address: str = probe.getsockname()[0]
    return None if address.startswith("127.") else address
