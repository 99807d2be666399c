"""One line on the machine: what computes."""

from __future__ import annotations

import streamlit as st

from pages.ui.frame.speech import T
from pages.ui.runs import runs
from tlcore.ground import machine


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
