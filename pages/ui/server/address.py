"""Where other devices find this app: this machine's address on its own network."""

from __future__ import annotations

import ipaddress
import socket
from urllib.parse import urlsplit, urlunsplit

import streamlit as st

from pages.ui.frame import bundle


def network_address() -> str | None:
    """IPv4 address as other devices see it, or None.  Nothing is sent: connecting a UDP socket
    only picks a route, and the address asked for is a private one."""
    if only_here():
        return None
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect(("10.254.254.254", 1))
        except OSError:
            return None
        address: str = probe.getsockname()[0]
    return None if address.startswith("127.") else address


def for_others() -> str | None:
    """The address to type on another device, or None where only this machine is reachable.

    Who opened the page by a name or an address of the network sees that one: it works.
    """
    here = urlsplit(st.context.url or f"http://localhost:{st.get_option('server.port')}")
    host = here.netloc
    if is_loopback(here.hostname or ""):
        found = network_address()
        if found is None:
            return None
        host = f"{found}:{here.port}" if here.port else found
    return urlunsplit((here.scheme, host, bundle.root(), "", ""))


def only_here() -> bool:
    """The server was told to listen to this machine alone (server.address)."""
    return is_loopback(str(st.get_option("server.address") or ""))


def is_loopback(name: str) -> bool:
    try:
        return ipaddress.ip_address(name).is_loopback
    except ValueError:
        return name.lower() == "localhost"
