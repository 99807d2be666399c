"""A class in one room: where it finds this page, how busy the machine is, what was damaged."""

from __future__ import annotations

import datetime
import html
from urllib.parse import urlsplit

import segno
import streamlit as st

from pages.ui.frame.navigation import page_file
from pages.ui.frame.speech import T, plain, show
from pages.ui.runs import runs
from pages.ui.server import host, presence
from pages.ui.server.address import for_others, network_address, only_here
from tlcore.ground.errors import UserError

OFTEN, SELDOM = 3.0, 10.0  # seconds between looks at the queue: whoever sits here, everybody else


def card() -> None:
    """On home: a small code and the address, or why there is none."""
    address = for_others()
    if address is None:
        unreachable()
        return
    with st.container(border=True, horizontal=True, vertical_alignment="center", key="room-card"):
        st.html(code(address, "small"), width="content")
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
    st.html(f'<div class="tl-poster">{code(address, "large")}{text}</div>')


def unreachable() -> None:
    """Only this machine can open the page; what to do about it."""
    key = "room.only_here" if only_here() else "room.no_network"
    st.warning(T(key), icon=":material/wifi_off:")


def code(address: str, size: str) -> str:
    """Dark on white with its quiet zone in both themes: cameras want it so."""
    code = segno.make(address, error="m", micro=False)
    uri = code.svg_data_uri(border=4, dark="#000", light="#fff", omitsize=True)
    told = html.escape(T("room.code", address=address))
    return f'<img class="tl-qr tl-qr-{size}" src="{uri}" alt="{told}">'


def state() -> None:
    """Who came and how many runs there are, looked at again by itself."""
    st.fragment(_state, run_every=OFTEN if host.at_the_server() else SELDOM)()


def _state() -> None:
    try:
        busy = runs.store().busy()
    except UserError as error:
        show(error)
        return
    counts = {"running": busy.running, "waiting": busy.waiting, "paused": busy.paused}
    counts["devices"] = presence.devices()
    for column, (name, count) in zip(st.columns(4), counts.items(), strict=True):
        column.metric(T(f"room.{name}"), f"{count:,}", help=T(f"room.{name}.help"))
    if not counts["devices"] and for_others() is not None:
        st.info(T("room.nobody"), icon=":material/info:")


def cannot_open() -> None:
    """What keeps a phone from opening the address, in the order of how often it does."""
    with st.expander(T("room.cannot")):
        port = urlsplit(for_others() or "").port or st.get_option("server.port")
        for name in ("wifi", "windows", "macos", "linux"):
            st.markdown("- " + T(f"room.cannot.{name}", port=port))
        usual = {network_address()}
        others = [a for a in host.own_addresses() - usual if "." in a and a[:4] != "127."]
        if others and host.at_the_server():
            told = ", ".join(f"`http://{a}:{port}`" for a in sorted(others))
            st.markdown("- " + T("room.cannot.other", addresses=told))


def notice() -> bool:
    """A damaged store was set aside: what was kept of it.  Said until the host has read it."""
    try:
        found = runs.store().notice()
    except UserError:
        return False  # who wants to start a run is told what is wrong with the store
    if found is None:
        return False
    when = f"{datetime.datetime.fromtimestamp(found.when):%Y-%m-%d %H:%M}"
    if found.file:
        told = T("room.notice.damaged", when=when, file=plain(found.file))
    else:
        told = T("room.notice.gone", when=when)
    count = "room.notice.lost" if found.lost else "room.notice.whole"
    st.warning(told + " " + T(count, kept=found.kept, lost=found.lost))
    return True
