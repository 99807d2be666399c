"""From the store to the file: a worker makes each export of a run that a worker has trained."""

import dataclasses

import pytest

from tlcore.experiments.export import files as export
from tlcore.ground.recipe import Compute
from tlcore.runs import spec, worker
from tlcore.runs.queue import Queue
from tlcore.runs.store.store import Store


class Link:
    """Asks for nothing."""

    def stopping(self):
        return False

    def pausing(self):
        return False


@pytest.fixture(scope="module")
def store(tmp_path_factory):
    store = Store(tmp_path_factory.mktemp("data") / "store.db")
    yield store
    store.close()


def done(store, **asked):
    """Submit, start, work, end: what page, dispatcher and worker do; returns the run."""
    resolved = spec.resolve(spec.parse(asked), Compute(), "a machine")
    run_id = store.submit(resolved, "ada").run_id
    Queue(store).start(run_id)
    run = store.run(run_id)
    job = {"run_id": run_id, "attempt": run.attempt, "spec": run.spec}
    job |= {"compute": dataclasses.asdict(Compute()), "store": str(store.path)}
    job |= {"data_dir": str(store.path.parent), "hash": run.hash, "kind": run.kind}
    job |= {"user": "ada", "created": run.created, "started": run.started}
    ending = worker.work(job, Link())
    Queue(store).end(run_id, ending["ending"])
    assert ending == {"ending": "finished"}, ending
    return store.run(run_id)


@pytest.fixture(scope="module")
def trained(store):
    return done(store, data="digits", train_size=40, epochs=2, freeze=7)


@pytest.mark.parametrize("what", list(export.KINDS))
@pytest.mark.parametrize("language", ["en", "ko"])
def test_each_export_lies_in_the_folder_of_the_run_it_is_about(store, trained, what, language):
    made = done(store, kind="export", run=trained.id, what=what, language=language)
    file = store.folder(trained.id) / "export" / export.name_of(what, language)
    assert made.result["file"] == file.name
    assert made.result["bytes"] == file.stat().st_size > 1_000
