"""A class in one room: where it finds this page, how busy the machine is, what was damaged."""

from __future__ import annotations

import html

import segno
import streamlit as st

from pages.ui import host
from pages.ui.frame import T, page_file
from pages.ui.server_address import for_others, network_address, only_here


def card() -> None:
    """On home: a small code and the address, or why there is none."""
    address = for_others()
    if address is None:
        unreachable()
        return
    with st.container(border=True, horizontal=True, vertical_alignment="center", key="room-card"):
        st.html(_code(address, "small"), width="content")
        with st.container():
            st.markdown(T("room.join"))
            st.code(address, language=None, wrap_lines=True)
            st.page_link(page_file("room"), label=T("room.large"), icon=":material/qr_code_2:")


def poster() -> None:
    """The address and its code as large as the window allows: for the projector."""
    address = for_others()
    if address is None:
        unreachable()
        return
    text = html.escape(address).replace("://", "://<wbr>")  # where a line may break
    text = f'<div><p class="tl-address">{text}</p></div>'
    st.html(f'<div class="tl-poster">{_code(address, "large")}{text}</div>')


def unreachable() -> None:
    """Only this machine can open the page; what to do about it."""
    st.warning(
        T("room.only_here" if only_here() else "room.no_network"), icon=":material/wifi_off:"
    )


def _code(address: str, size: str) -> str:
    """Dark on white with its quiet zone in both themes: cameras want it so."""
    code = segno.make(address, error="m", micro=False)
    uri = code.svg_data_uri(border=4, dark="#000", light="#fff", omitsize=True)
    told = html.escape(T("room.code", address=address))
    return f'<img class="tl-qr tl-qr-{size}" src="{uri}" alt="{told}">'


def other_addresses() -> list[str]:
    """IPv4 addresses of this machine's other cards: a VPN may hide the classroom's network."""
    usual = {network_address(), "127.0.0.1"}
    return sorted(a for a in host.own_addresses() - usual if "." in a and not a.startswith("127."))
