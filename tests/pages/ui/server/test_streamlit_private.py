"""What is taken from inside Streamlit is still there, and does what is asked of it."""

import ast
import inspect

import pytest
import streamlit as st
from streamlit import runtime
from streamlit.runtime.app_session import AppSession
from streamlit.runtime.pages_manager import PagesManager
from streamlit.runtime.websocket_session_manager import WebsocketSessionManager
from streamlit.web.server.starlette.starlette_app import create_streamlit_routes

from pages.ui.server import server, sessions, streamlit_private
from tests.nonempty import files_of
from tlcore.ground.paths import ROOT


@pytest.fixture(scope="module")
def made():
    """The runtime as st.App makes it, after the server has asked for what it wants."""
    assert server.MIDDLEWARE
    made = st.App(str(ROOT / "app.py"))._create_runtime()
    yield made
    type(made)._instance = None


def test_streamlit_keeps_as_many_dropped_sessions_as_we_ask(made):
    assert made._session_mgr._session_storage._cache.maxsize == sessions.kept()


def test_a_session_that_comes_back_watches_no_files():
    """Speaks up, too, when Streamlit no longer needs to be told."""
    assert server.MIDDLEWARE
    assert st.get_option("server.fileWatcherType") == "none"
    nobody = object()
    AppSession.register_file_watchers(nobody)  # the original would ask it for its watcher
    resume = inspect.getsource(WebsocketSessionManager._resume_stored_session)
    assert ".register_file_watchers()" in resume


def test_the_folder_of_pages_is_not_taken_for_the_old_kind():
    """Speaks up, too, when Streamlit no longer looks for the folder."""
    assert server.MIDDLEWARE
    assert PagesManager(str(ROOT / "app.py")).uses_pages_directory is False
    assert "uses_pages_directory" in inspect.getsource(PagesManager.__init__)


def test_uploads_are_listed_by_session(made):
    assert runtime.get_instance() is made
    assert streamlit_private.uploads() == {}
    record = runtime.uploaded_file_manager.UploadedFileRec("f", "a.txt", "text/plain", b"12345")
    made.uploaded_file_mgr.add_file("s", record)
    held = streamlit_private.uploads()
    assert {s: {f: len(kept.data) for f, kept in files.items()} for s, files in held.items()} == {
        "s": {"f": 5}
    }
    made.uploaded_file_mgr.remove_session_files("s")


def test_streamlits_own_routes_are_where_the_server_looks_for_them(made):
    paths = {getattr(route, "path", "") for route in create_streamlit_routes(made)}
    assert streamlit_private.METRICS in paths
    assert f"{streamlit_private.UPLOAD}/{{session_id}}/{{file_id}}" in paths


def test_a_column_is_a_place():
    assert isinstance(st.empty(), streamlit_private.Place)


def test_no_other_module_takes_anything_from_inside_streamlit():
    """`import streamlit as st` and what `st` itself offers is public."""
    inside = {}
    for file in [ROOT / "app.py", *files_of(ROOT, "pages/**/*.py")]:
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Import):
                taken = [a.name for a in node.names if a.name.startswith("streamlit.")]
            elif isinstance(node, ast.ImportFrom):
                taken = [node.module] if (node.module or "").split(".")[0] == "streamlit" else []
            elif isinstance(node, ast.Constant) and "_stcore/" in str(node.value):
                taken = [str(node.value)]
            elif isinstance(node, ast.Attribute):
                name = ast.unparse(node)
                taken = [name] if name.startswith(("st._", "st.runtime", "st.delta_gen")) else []
            else:
                continue
            if taken:
                inside.setdefault(file.stem, []).extend(taken)
    assert inside.keys() == {"streamlit_private"}, inside
