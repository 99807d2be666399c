"""One line on the machine: what computes, and where other devices find this page."""

from __future__ import annotations

from urllib.parse import urlsplit

import streamlit as st

from pages.ui import runs
from pages.ui.frame import T, plain
from pages.ui.server_address import network_address
from tlcore import machine


def line() -> None:
    """Device and address; where an NVIDIA card lies idle, the command that wakes it."""
    profile = runs.profile("clothing")
    cards, cuda = machine.gpus(), machine.torch_cuda()
    if cards and cuda and profile and profile.get("cuda"):
        text = T("device.gpu", name=cards[0], cores=machine.cpu_slots())
    elif cards:
        text = T("device.idle_gpu", name=cards[0], cores=machine.cpu_slots())
    else:
        text = T("device.cpu", cores=machine.cpu_slots())
    port = urlsplit(st.context.url or "").port
    address = network_address()
    if address:
        host = f"{address}:{port}" if port else address
        text += " · " + T("device.network", address=f"http://{host}")
    else:
        text += " · " + T("device.alone")
    st.caption(text)
    if runs.store().set_aside:
        st.warning(T("device.set_aside", file=plain(str(runs.store().set_aside))))
