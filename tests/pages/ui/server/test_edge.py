"""What a foreign page may do with the real server: nothing; what every answer says of frames."""

from __future__ import annotations

import http.client
import subprocess
import sys

import pytest

from pages.ui.server.edge import _is_one_of
from tests.serving import Server
from tlcore.ground.paths import ROOT

pytestmark = pytest.mark.usefixtures("unhurried")

KEY = "dGhlIHNhbXBsZSBub25jZQ=="  # RFC 6455, 1.3


def ask(server: Server, path: str, **headers: str) -> tuple[int, dict[str, str]]:
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=30)
    try:
        connection.request("GET", path, headers=headers)
        answer = connection.getresponse()
        return answer.status, {name.lower(): value for name, value in answer.getheaders()}
    finally:
        connection.close()


def knock(server: Server, origin: str) -> int:
    """The status with which a socket of a page at `origin` is answered; 101: opened."""
    words = {"Connection": "Upgrade", "Upgrade": "websocket", "Sec-WebSocket-Version": "13"}
    words |= {"Sec-WebSocket-Key": KEY, "Sec-WebSocket-Protocol": "streamlit"}
    return ask(server, "/_stcore/stream", Origin=origin, **words)[0]


def test_a_socket_is_opened_for_this_servers_own_pages_alone(server):
    assert knock(server, f"http://127.0.0.1:{server.port}") == 101
    for foreign in (
        "http://school.example",
        f"http://127.0.0.1:{server.port + 1}",  # another program of this machine
        f"http://localhost:{server.port}",  # another name is another origin
        "null",
    ):
        assert knock(server, foreign) == 403


def test_a_foreign_page_is_answered_without_asking_anybody(server):
    assert ask(server, "/_stcore/health", Origin="http://school.example")[0] == 403
    assert ask(server, "/_stcore/health", Origin=server.url)[0] == 200


@pytest.mark.parametrize("path", ["/", "/room", "/_stcore/health", "/vendor/plotly.min.js"])
def test_no_foreign_page_can_frame_ours(server, path):
    _, headers = ask(server, path)
    assert headers["content-security-policy"] == "frame-ancestors 'self'"
    assert headers["x-frame-options"] == "SAMEORIGIN"
    assert headers["x-content-type-options"] == "nosniff"


def test_the_servers_own_figures_are_not_public(server):
    assert ask(server, "/_stcore/metrics")[0] == 404


@pytest.mark.parametrize(
    ("origin", "host", "same"),
    [
        ("http://lab.school", b"lab.school", True),
        ("http://lab.school", b"lab.school:80", True),
        ("https://lab.school", b"lab.school", True),
        ("https://lab.school", b"lab.school:80", False),
        ("http://LAB.school:8501", b"lab.school:8501", True),
        ("http://[::1]:8501", b"[::1]:8501", True),
        ("http://lab.school.evil", b"lab.school", False),
        ("http://lab.school", b"", False),
        ("http://lab.school:x", b"lab.school", False),
    ],
)
def test_an_origin_is_its_host_and_port(origin, host, same):
    assert _is_one_of(origin, [host]) is same


LIMITED = """
import resource
most = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
resource.setrlimit(resource.RLIMIT_NOFILE, (256, most))
from pages.ui.server import sessions
few = sessions.kept()
sessions.make_room_for_sockets()
print(few, resource.getrlimit(resource.RLIMIT_NOFILE)[0] == min(8192, most), sessions.kept())
"""


@pytest.mark.skipif(sys.platform == "win32", reason="no such limit there")
def test_the_limit_of_open_files_is_raised_and_what_is_kept_follows_it():
    told = subprocess.run(
        [sys.executable, "-c", LIMITED], cwd=ROOT, capture_output=True, text=True, check=True
    ).stdout.split()
    assert told == ["32", "True", "512"]
