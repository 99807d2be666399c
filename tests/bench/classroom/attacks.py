"""What one machine does to a class: nine attacks on the running app, measured.

`python -m tests.bench attacks --before CHECKOUT` attacks an older checkout, too.  The attacker
comes over the loopback as if through a proxy (X-Forwarded-For), or would be taken for the host.
"""

from __future__ import annotations

import contextlib
import http.client
import re
import secrets
import socket
import threading
import time
import urllib.request
from pathlib import Path

import psutil

from tests.bench.classroom.against import MB, Page, app, at_once, both, call, newcomer
from tests.bench.table import Line
from tests.serving import Server
from tlcore.runs.store.store import Store

FILES = 1_024  # what a shell usually allows
PAGES, HALVES, FOREIGN, TABS, RACES = 336, 1_100, 5, 19, 60
ATTACKER = {"X_Forwarded_For": "10.0.0.66"}


def lines() -> list[Line]:
    return [
        Line("S1 pages opened and left", both(pages), "a newcomer has a page", _of(PAGES, "pages")),
        Line("S2 halves of requests", both(halves), "a newcomer has a page", _of(HALVES, "halves")),
        Line(
            "S3 sockets of a foreign page",
            both(foreign),
            "nobody is asked, nobody waits",
            f"{FOREIGN} at once, all traffic to outside goes to a proxy that never answers",
        ),
        Line("S4 a table of open quotes", both(quotes), "≤ 1 s", '80 KB of `x","` + 60 × `a`'),
        Line("S5 Remove and Download", both(remove), "host only", "Backbones, ResNet-18's file"),
        Line("S6 `/room` in a foreign frame", both(frame), "refused", "header of the answer"),
        Line(
            "S7 pictures sent and deleted at once",
            both(pictures),
            "≤ 100 MB a visitor",
            "20 × 19 MB to look into, by the function that the page calls; no address known",
        ),
        Line(
            "S8 uploads through Streamlit's own way",
            both(uploads),
            "≤ 384 MB an address",
            f"{TABS} tabs × 3 × 19 MB, RSS of the web process before and after",
        ),
        Line(
            "S9 invented visitors",
            both(visitors),
            "≤ 160 runs an address",
            f"{RACES} visitors of one machine, cookies made up, each starts a race (three runs)",
        ),
    ]


def _of(count: int, what: str) -> str:
    return f"{count:,} {what} by one machine, {FILES:,} open files (soft and hard)"


def pages(root: Path) -> str:
    with app(root, FILES, FILES) as server:
        web, most, opened = psutil.Process(server.process.pid), [0], []

        def come_and_go(_: int) -> None:
            while len(opened) < PAGES:
                opened.append(1)
                with contextlib.suppress(Exception):
                    page = Page(server, "home", **ATTACKER)
                    page.draw()
                    page.close()
                most[0] = max(most[0], web.num_fds())

        at_once(come_and_go, 4, wait=60)
        return f"{most[0]:,} descriptors after {len(opened)} pages, {newcomer(server)}"


def halves(root: Path) -> str:
    with app(root, FILES, FILES) as server:
        held = []
        for _ in range(HALVES):
            with contextlib.suppress(OSError):
                line = socket.create_connection(
                    ("127.0.0.1", server.port), timeout=2, source_address=("127.0.0.66", 0)
                )
                line.sendall(b"GET / HTTP/1.1\r\nHost: x\r\nX: ")
                held.append(line)
        time.sleep(2)
        told = newcomer(server)
        for line in held:
            line.close()
        return f"{told}; {server.log.stat().st_size / 1e6:.2f} MB of log"


@contextlib.contextmanager
def _silence():
    """A proxy that takes every question and answers none; yields it and the list of questions."""
    asked: list[socket.socket] = []
    with socket.create_server(("127.0.0.1", 0)) as proxy:

        def take() -> None:
            with contextlib.suppress(OSError):
                while True:
                    asked.append(proxy.accept()[0])

        threading.Thread(target=take, daemon=True).start()
        yield f"http://127.0.0.1:{proxy.getsockname()[1]}", asked
    for line in asked:
        line.close()


def foreign(root: Path) -> str:
    with _silence() as (proxy, asked):
        names = ("http_proxy", "https_proxy", "HTTP_PROXY", "HTTPS_PROXY")
        with app(root, **dict.fromkeys(names, proxy)) as server:

            def knock(_: int) -> None:
                with contextlib.suppress(Exception):
                    Page(server, "home", Origin="http://school.example").close()

            attack = threading.Thread(target=at_once, args=(knock, FOREIGN), daemon=True)
            attack.start()
            waited = 0.0
            while attack.is_alive():
                began = time.monotonic()
                with contextlib.suppress(OSError):
                    urllib.request.urlopen(f"{server.url}/_stcore/health", timeout=40).close()
                waited = max(waited, time.monotonic() - began)
                time.sleep(0.05)
            return f"others wait {waited:.1f} s, an outside host asked {len(asked)} times"


def quotes(root: Path) -> str:
    code = (
        "import contextlib, time\nfrom tlcore.data.own import text_csv\n"
        "from tlcore.ground.errors import UserError\n"
        "line = 'x\",\"' + 'a' * 60 + chr(10)\n"
        "content = (line * (80_000 // len(line))).encode()\nbegan = time.process_time()\n"
        "with contextlib.suppress(UserError): text_csv.parse(content)\n"
        "print(f'{time.process_time() - began:.3f} s of CPU')"
    )
    return call(root, code)


def remove(root: Path) -> str:
    with app(root) as server:
        code = (
            "from tlcore.catalog import stored\np = stored.place('resnet18')\n"
            "p.parent.mkdir(parents=True, exist_ok=True)\np.write_bytes(b'w')\nprint(p)"
        )
        file = Path(call(root, code, TL_DATA_DIR=str(server.folder)))
        page = Page(server, "backbones", **ATTACKER)
        page.draw()
        row = _id(page, "backbones.row")
        name = call(root, "from tlcore.words import i18n\nprint(i18n.t('backbone.resnet18', 'en'))")

        def choose(widgets) -> None:  # type: ignore[no-untyped-def]
            widgets.add(id=row, string_value=name)

        page.draw(choose)
        try:
            button = _id(page, "fetch.resnet18.remove")
        except LookupError:
            return "no button; the file stays"

        def press(widgets) -> None:  # type: ignore[no-untyped-def]
            choose(widgets)
            widgets.add(id=button, trigger_value=True)

        page.draw(press)
        page.close()
        return "the file stays" if file.exists() else "the teacher's file is gone"


def _id(page: Page, key: str) -> str:
    found = re.search(rb"\$\$ID-[0-9a-f]+-" + re.escape(key.encode()), page.payload)
    if found is None:
        raise LookupError(key)
    return found[0].decode()


def frame(root: Path) -> str:
    with app(root) as server, urllib.request.urlopen(f"{server.url}/room") as answer:
        return "refused" if "frame-ancestors" in str(answer.headers) else "framed"


def pictures(root: Path) -> str:
    code = (
        "import contextlib, os\nfrom pages.ui.server import uploads\n"
        "from tlcore.ground import paths\n"
        "from tlcore.ground.errors import UserError\n"
        "for n in range(20):\n"
        "    with contextlib.suppress(UserError):\n"
        "        uploads.keep(os.urandom(16) + bytes(19 * 2**20))\n"
        "held = sum(f.stat().st_size for f in (paths.data_dir() / 'uploads').iterdir())\n"
        "print(f'{held / 2**20:.0f} MB lie on the disk for a day')"
    )
    with app(root) as server:
        return call(root, code, TL_DATA_DIR=str(server.folder))


def uploads(root: Path) -> str:
    with app(root) as server:
        page = Page(server, "home", **ATTACKER)
        page.draw()
        held = [page]
        before = psutil.Process(server.process.pid).memory_info().rss
        with urllib.request.urlopen(f"{server.url}/_stcore/health") as answer:
            token = answer.headers["set-cookie"].partition("=")[2].partition(";")[0]
        taken = 0
        for _ in range(TABS):
            page = Page(server, "home", **ATTACKER)
            page.draw()
            held.append(page)
            taken += sum(_sent(server, page.session, f"f{n}", token) for n in range(3))
        after = psutil.Process(server.process.pid).memory_info().rss
        for page in held:
            page.close()
        return f"{before / MB:.0f} → {after / MB:.0f} MB, {taken} of {3 * TABS} files taken"


def _sent(server: Server, session: str, file: str, token: str) -> bool:
    head = b'--x\r\nContent-Disposition: form-data; name="f"; filename="a"\r\n\r\n'
    says = {
        "Content-Type": "multipart/form-data; boundary=x",
        "Cookie": f"_streamlit_xsrf={token}",
        "X-Xsrftoken": token,
        "X-Forwarded-For": "10.0.0.66",
    }
    line = http.client.HTTPConnection("127.0.0.1", server.port, timeout=30)
    try:
        body = head + bytes(19 * MB) + b"\r\n--x--\r\n"
        line.request("PUT", f"/_stcore/upload_file/{session}/{file}", body, says)
        return line.getresponse().status == 204
    except OSError:
        return False
    finally:
        line.close()


def visitors(root: Path) -> str:
    with app(root) as server:
        for n in range(RACES):
            cookie = f"tl_user={secrets.token_urlsafe(16)}"
            page = Page(server, "why_transfer", f"lang=en&seed={n}", Cookie=cookie, **ATTACKER)
            page.draw()
            button = _id(page, "why_transfer.start")
            page.draw(lambda widgets, b=button: widgets.add(id=b, trigger_value=True))
            page.close()
        store = Store(server.folder / "store.db")
        try:
            asked = store.database.read(
                lambda c: c.exec_driver_sql(
                    "SELECT count(*) FROM runs WHERE status IN ('queued', 'running')"
                ).scalar()
            )
        finally:
            store.close()
        return f"{asked} runs of one machine in line, {newcomer(server)}"
