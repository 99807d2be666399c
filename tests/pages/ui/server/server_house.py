"""One question to the real server."""

from __future__ import annotations

from tests import loops
from tests.bench.classroom.streamlit_client import Answer, Http
from tests.serving import Server


def get(server: Server, path: str) -> Answer:
    async def ask() -> Answer:
        connection = Http(server.url)
        try:
            return await connection.get(path)
        finally:
            connection.close()

    return loops.run(ask())
