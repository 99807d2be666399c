"""Two readers who send pictures, what has come of them, and how it is taken in."""

from __future__ import annotations

import time

import pytest

from tests.pages.sender import Sender
from tlcore.catalog import own
from tlcore.data.own import own_batches, own_edit
from tlcore.experiments.take_in.spec import TakeInSpec
from tlcore.ground import machine
from tlcore.ground.recipe import Compute
from tlcore.runs import dispatch
from tlcore.runs.spec import resolve
from tlcore.runs.store.store import Store


@pytest.fixture(name="ada")
def ada_who_sends(server):
    sender = Sender(server)
    yield sender
    own_edit.delete(sender.name, sender.user, server.folder)


@pytest.fixture(name="bob")
def bob_who_sends(server):
    sender = Sender(server)
    yield sender
    own_edit.delete(sender.name, sender.user, server.folder)


def came(sender, batch=None):
    return own_batches.brought(
        own_batches.folder(sender.name, batch or sender.batch, sender.server.folder)
    )


def files_of(sender):
    place = own.folder(sender.name, sender.server.folder)
    return {p for p in place.rglob("*") if p.is_file()} - {place / own.FILE}


def until(true, seconds=20):
    began = time.monotonic()
    while not true():
        assert time.monotonic() - began < seconds
        time.sleep(0.02)


def take_in(sender, batch):
    """As the page does it, in the server's own worker; the result."""
    store = Store(sender.server.folder / "store.db")
    asked = TakeInSpec(data=sender.name, batch=batch)
    run_id = store.submit(resolve(asked, Compute(), machine.name()), sender.user).run_id
    dispatch.ensure(sender.server.folder)
    until(lambda: not store.run(run_id).active, 120)
    run = store.run(run_id)
    store.close()
    assert run.status == "finished", run
    return run.result
