"""One line on the machine: what computes."""

from __future__ import annotations

import streamlit as st

from pages.ui import runs
from pages.ui.frame import T
from tlcore import machine


def line() -> None:
    """The device; where an NVIDIA card lies idle, the command that wakes it."""
    profile = runs.profile("clothing")
    cards, cuda = machine.gpus(), machine.torch_cuda()
    if cards and cuda and profile and profile.get("cuda"):
        text = T("device.gpu", name=cards[0], cores=machine.cpu_slots())
    elif cards:
        text = T("device.idle_gpu", name=cards[0], cores=machine.cpu_slots())
    else:
        text = T("device.cpu", cores=machine.cpu_slots())
    st.caption(text)
