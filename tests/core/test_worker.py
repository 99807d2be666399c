"""The worker: every job ends in exactly one way, told in words that a learner can be shown."""

from __future__ import annotations

import errno
import json
import os
import subprocess
import sys
import time

import numpy as np
import pytest
import torch
from PIL import Image

from tests.core import toy, toy_worker
from tests.core.stand_ins import order
from tlcore import dispatch, worker
from tlcore.errors import UserError
from tlcore.paths import ROOT
from tlcore.queue import Queue
from tlcore.recipe import Compute
from tlcore.store import Store


class Link:
    """Asks to stop after some rows."""

    def __init__(self, after=None):
        self.left = after

    def stopping(self):
        if self.left is None:
            return False
        self.left -= 1
        return self.left < 0


@pytest.fixture
def store(tmp_path):
    store = Store(tmp_path / "data" / "store.db")
    yield store
    store.close()


@pytest.fixture(autouse=True)
def toys(monkeypatch):
    for (module, name), stand_in in toy_worker.instead_of_the_catalogue().items():
        monkeypatch.setattr(module, name, stand_in)


def job_of(store, **values):
    run_id = store.submit(order("toy"), "ada").run_id
    Queue(store).start(run_id)
    return {
        "run_id": run_id,
        "attempt": 1,
        "spec": toy_worker.fine_tune(**values),
        "compute": {
            "device": "cpu",
            "precision": "fp32",
            "memory_format": "contiguous",
            "threads": 1,
        },
        "data_dir": str(store.path.parent),
        "store": str(store.path),
    }


def rows_of(store, job):
    return store.rows(job["run_id"])[0]


def test_a_finished_run_leaves_its_rows_and_the_sheet_of_its_test_pictures(store):
    job = job_of(store)
    assert worker.work(job, Link()) == {"ending": "finished"}
    rows = rows_of(store, job)
    assert rows[0]["kind"] == "start"
    assert [row["epoch"] for row in rows if row["kind"] == "epoch"] == [0, 1, 2, 3]
    assert rows[-1] == store.run(job["run_id"]).result
    sprite = rows[-1]["sprite"]
    assert sprite == {"file": "test.png", "columns": 6, "tile": [8, 8], "count": 30}
    sheet = np.asarray(Image.open(store.folder(job["run_id"]) / sprite["file"]))
    picture = toy.images(45).test.images[8, 0].numpy()
    assert (sheet[8:16, 16:24] == picture).all()  # 8 = line 1, column 2 of six


def test_the_same_spec_gives_the_same_weights_with_and_without_the_store(store):
    job = job_of(store, freeze=2, epochs=2)
    worker.work(job, Link())
    again = list(worker.rows_of(toy_worker.spec_of(job["spec"]), Compute()))
    assert again[-1]["weights_sha256"] == rows_of(store, job)[-1]["weights_sha256"]


def test_a_run_that_diverges_ends_so_and_keeps_its_curve(store):
    job = job_of(store, freeze=0, lr=1e6, head_lr=1e6, optimizer="sgd", epochs=5)
    assert worker.work(job, Link()) == {"ending": "diverged"}
    rows = rows_of(store, job)
    assert rows[-1]["status"] == "diverged"
    assert [row for row in rows if row["kind"] == "step"]


def test_a_stop_ends_between_two_rows_and_keeps_those_before(store):
    job = job_of(store)
    assert worker.work(job, Link(after=3)) == {"ending": "stopped"}
    assert len(rows_of(store, job)) == 4
    assert store.run(job["run_id"]).result is None


def test_what_a_learner_can_act_on_is_passed_on(store, monkeypatch):
    def refuse(*_, **__):
        raise UserError("weights.damaged", path="x")

    monkeypatch.setattr(worker.backbones, "build", refuse)
    assert worker.work(job_of(store), Link()) == {
        "ending": "failed",
        "error_key": "weights.damaged",
        "error_values": {"path": "x"},
    }


def test_a_bug_is_one_key_and_its_traceback_is_in_the_log(store, monkeypatch):
    def break_(*_, **__):
        raise ZeroDivisionError("of all things")

    monkeypatch.setattr(worker.data, "load", break_)
    ending = worker.work(job_of(store), Link())
    log = store.path.parent / "log" / "worker.log"
    assert ending["error_key"] == "run.bug"
    assert ending["error_values"] == {"log": str(log)}
    assert "ZeroDivisionError: of all things" in log.read_text()


@pytest.mark.parametrize("error", [MemoryError, torch.OutOfMemoryError])
def test_no_memory_left_is_told(store, monkeypatch, error):
    def fill(*_, **__):
        raise error

    monkeypatch.setattr(worker.data, "load", fill)
    ending = worker.work(job_of(store), Link())
    assert ending["error_key"] == "device.out_of_memory"
    assert ending["error_values"] == {"device": "cpu"}


@pytest.mark.parametrize(
    ("number", "key"),
    [
        (errno.ENOSPC, "store.full"),
        (errno.EACCES, "store.unwritable"),
        (errno.ENOENT, "run.bug"),
    ],
)
def test_a_disk_that_takes_no_picture_is_told(store, monkeypatch, number, key):
    def refuse(*_):
        raise OSError(number, os.strerror(number))

    monkeypatch.setattr(worker, "write_sprite", refuse)
    assert worker.work(job_of(store), Link())["error_key"] == key


def test_a_store_that_is_full_fails_the_run_with_its_sentence(store, monkeypatch):
    def full(*_, **__):
        raise UserError("store.full", path="x", free_mb=0)

    monkeypatch.setattr(Store, "append", full)
    assert worker.work(job_of(store), Link())["error_key"] == "store.full"


def test_a_worker_whose_run_was_given_away_stops(store):
    job = job_of(store)
    Queue(store).lost(job["run_id"])
    assert worker.work(job, Link()) == {"ending": "stopped"}
    assert rows_of(store, job) == []


def test_a_profile_run_measures_and_keeps(store):
    job = job_of(store) | {"spec": {"kind": "profile", "backbone": "toy"}}
    assert worker.work(job, Link()) == {"ending": "finished"}
    profile = store.profile("toy")
    assert profile["rows"][0].keys() >= {"device", "precision", "forward_ms", "train_ms"}
    assert profile["start_s"]["cpu"] == 0
    assert json.dumps(profile)


def test_what_no_pre_trained_weight_is_kept_of_is_not_downloaded(store, monkeypatch):
    built, build = [], worker.backbones.build

    def note(name, pretrained=True, seed=0):
        built.append(pretrained)
        return build(name, pretrained, seed)

    monkeypatch.setattr(worker.backbones, "build", note)
    worker.measure("toy")
    worker.work(job_of(store, keep=0, freeze=0), Link())
    worker.work(job_of(store, keep=1, freeze=0), Link())
    assert built == [False, False, True]


@pytest.mark.skipif(os.name != "posix", reason="ends it by signal")
def test_the_real_worker_runs_warm_under_a_real_dispatcher(store, monkeypatch):
    monkeypatch.setenv("TL_WORKER", toy_worker.TARGET)
    process = dispatch.start(store.path.parent)
    try:
        for _ in range(2):
            asked = order("toy")
            monkeypatch.setattr(
                type(asked.spec), "model_dump", lambda *_, **__: toy_worker.fine_tune()
            )
            run_id = store.submit(asked, "ada").run_id
            until = time.monotonic() + 30
            while store.run(run_id).active and time.monotonic() < until:
                time.sleep(0.01)
            assert store.run(run_id).status == "finished"
    finally:
        process.terminate()
        assert process.wait(5) == 0


def test_only_the_worker_loads_torch():
    code = (
        "import sys, tlcore.dispatcher, tlcore.rowwriter; a = 'torch' in sys.modules;"
        "import tlcore.worker; print(a, 'torch' in sys.modules)"
    )
    told = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert told.stdout.split() == ["False", "True"]
