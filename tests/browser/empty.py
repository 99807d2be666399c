"""An empty Streamlit page with a menu: what axe says of it is Streamlit's own.

Below the title stand the widgets whose own markup breaks a rule wherever they are used.
"""

import streamlit as st


def page() -> None:
    st.title("Empty")
    st.file_uploader("A file")


def other() -> None:
    st.title("Empty, too")


PAGES = {"": [st.Page(page, default=True)], "Section": [st.Page(other)]}
st.navigation(PAGES, position="top").run()
