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

from tests.tlcore import toy
from tests.tlcore.runs import toy_worker
from tests.tlcore.runs.worker_house import (
    Link,
    begun,
    job_of,
    rows_of,
    toys,  # noqa: F401 (a fixture)
    worker_store,  # noqa: F401 (a fixture)
)
from tests.tlcore.stand_ins import order
from tlcore.data import sets
from tlcore.experiments.profile.work import measure
from tlcore.ground.errors import UserError
from tlcore.ground.paths import ROOT
from tlcore.ground.recipe import Compute
from tlcore.networks import backbones
from tlcore.runs import dispatch, worker
from tlcore.runs.queue import Queue
from tlcore.runs.store.store import Store
from tlcore.training.transfer import fine_tune
from tlcore.words import i18n


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
    again = list(fine_tune.rows_of(toy_worker.spec_of(job["spec"]), Compute()))
    assert again[-1]["weights_sha256"] == rows_of(store, job)[-1]["weights_sha256"]


def test_a_run_that_diverges_ends_so_and_keeps_its_curve(store):
    job = job_of(store, freeze=0, lr=1e6, head_lr=1e6, optimizer="sgd", epochs=5)
    assert worker.work(job, Link()) == {"ending": "diverged"}
    rows = rows_of(store, job)
    assert rows[-1]["status"] == "diverged"
    assert [row for row in rows if row["kind"] == "step"]


def short(store, of, **asked):
    """A job about a run that has ended."""
    return begun(store, {"run": of, **asked})


def finished_job(store, **values):
    job = job_of(store, **values)
    ending = worker.work(job, Link())
    Queue(store).end(job["run_id"], ending["ending"])
    return job["run_id"]


def test_an_explanation_is_one_row(store):
    run_id = finished_job(store, freeze=2)
    job = short(store, run_id, kind="explain", picture=7, block=3)
    assert worker.work(job, Link()) == {"ending": "finished"}
    (row,) = rows_of(store, job)
    assert (row["kind"], row["status"]) == ("result", "finished")
    assert row["target"] == store.run(run_id).result["predictions"][7]
    assert row["map"] == [4, 4]
    assert row["seconds"] > 0
    assert store.run(job["run_id"]).result == row


@pytest.mark.parametrize(
    ("asked", "key"),
    [
        ({"picture": 30, "block": 1}, "explain.picture"),
        ({"picture": 0, "block": 5}, "explain.block"),
        ({"picture": 0, "block": 1, "target": 3}, "explain.target"),
        ({"upload": "0" * 64, "block": 1}, "picture.gone"),
        ({"picture": 0, "block": 1, "run": "f" * 32}, "run.gone"),
    ],
)
def test_an_explanation_that_cannot_be_is_one_sentence(store, asked, key):
    run_id = finished_job(store)
    job = short(store, run_id, kind="explain", **asked)
    ending = worker.work(job, Link())
    assert ending["error_key"] == key
    for language in i18n.LANGUAGES:
        assert i18n.tell(UserError(key, **ending["error_values"]), language)


def test_only_a_finished_run_with_its_weights_can_be_explained(store):
    job = job_of(store)
    worker.work(job, Link(after=2))
    asked = short(store, job["run_id"], kind="explain", picture=0, block=1)
    assert worker.work(asked, Link())["error_key"] == "explain.unfinished"
    run_id = finished_job(store)
    (store.folder(run_id) / "learned.safetensors").unlink()
    asked = short(store, run_id, kind="explain", picture=0, block=1)
    assert worker.work(asked, Link())["error_key"] == "export.weights_gone"


def test_an_export_is_a_file_and_one_row(store):
    run_id = finished_job(store)
    job = short(store, run_id, kind="export", what="csv")
    assert worker.work(job, Link()) == {"ending": "finished"}
    (row,) = rows_of(store, job)
    file = store.folder(run_id) / "export" / row["file"]
    assert (row["file"], row["bytes"]) == ("rows.csv", file.stat().st_size)
    assert row["seconds"] >= 0


def test_a_stop_ends_between_two_rows_and_keeps_those_before(store):
    job = job_of(store)
    assert worker.work(job, Link(after=3)) == {"ending": "stopped"}
    assert len(rows_of(store, job)) == 4
    assert store.run(job["run_id"]).result is None


def test_what_a_learner_can_act_on_is_passed_on(store, monkeypatch):
    def refuse(*_, **__):
        raise UserError("weights.damaged", path="x")

    monkeypatch.setattr(backbones, "build", refuse)
    assert worker.work(job_of(store), Link()) == {
        "ending": "failed",
        "error_key": "weights.damaged",
        "error_values": {"path": "x"},
    }


def test_a_bug_is_one_key_and_its_traceback_is_in_the_log(store, monkeypatch):
    def break_(*_, **__):
        raise ZeroDivisionError("of all things")

    monkeypatch.setattr(sets, "load", break_)
    ending = worker.work(job_of(store), Link())
    log = store.path.parent / "log" / "worker.log"
    assert ending["error_key"] == "run.bug"
    assert ending["error_values"] == {"log": str(log)}
    assert "ZeroDivisionError: of all things" in log.read_text()


def nothing_left(*_, **__):
    torch.empty(2**50)  # what torch says on the CPU is a plain RuntimeError


def no_buffer(*_, **__):
    raise RuntimeError("could not create a primitive")  # oneDNN, without memory for its buffers


def raising(error):
    def fill(*_, **__):
        raise error

    return fill


@pytest.mark.parametrize(
    "fill", [raising(MemoryError), raising(torch.OutOfMemoryError), nothing_left, no_buffer]
)
def test_no_memory_left_is_told(store, monkeypatch, fill):
    monkeypatch.setattr(sets, "load", fill)
    ending = worker.work(job_of(store), Link())
    assert ending["error_key"] == "device.out_of_memory"
    assert ending["error_values"] == {"device": "cpu"}


@pytest.mark.parametrize(
    ("number", "key"),
    [
        (errno.ENOSPC, "store.full"),
        (errno.EDQUOT, "store.quota"),
        (errno.EMFILE, "machine.spent"),
        (errno.EACCES, "store.unwritable"),
        (errno.ENOENT, "run.bug"),
    ],
)
def test_a_disk_that_takes_no_picture_is_told(store, monkeypatch, number, key):
    def refuse(*_):
        raise OSError(number, os.strerror(number))

    monkeypatch.setattr("tlcore.experiments.fine_tune.work.write_sprite", refuse)
    assert worker.work(job_of(store), Link())["error_key"] == key


def test_a_store_that_is_full_fails_the_run_with_its_sentence(store, monkeypatch):
    def full(*_, **__):
        raise UserError("store.full", path="x", free_mb=0)

    monkeypatch.setattr("tlcore.runs.rowwriter.PATIENCE", 0.2)
    monkeypatch.setattr(Store, "append", full)
    assert worker.work(job_of(store), Link())["error_key"] == "store.full"


def test_a_worker_whose_run_was_given_away_stops(store):
    job = job_of(store)
    Queue(store).lost(job["run_id"])
    assert worker.work(job, Link()) == {"ending": "stopped"}
    assert rows_of(store, job) == []


def test_a_profile_run_measures_and_keeps(store):
    measured = begun(store, {"kind": "profile", "backbone": "toy"})
    assert worker.work(measured, Link()) == {"ending": "finished"}
    profile = store.profile("toy")
    assert profile["rows"][0].keys() >= {"device", "precision", "forward_ms", "train_ms"}
    assert profile["start_s"]["cpu"] == 0
    assert json.dumps(profile)


def test_what_no_pre_trained_weight_is_kept_of_is_not_downloaded(store, monkeypatch):
    built, build = [], backbones.build

    def note(name, pretrained=True, *more, **named):
        built.append(pretrained)
        return build(name, pretrained, *more, **named)

    monkeypatch.setattr(backbones, "build", note)
    measure("toy")
    worker.work(job_of(store, keep=0, freeze=0), Link())
    worker.work(job_of(store, keep=1, freeze=0), Link())
    assert built == [False, False, True]


@pytest.mark.usefixtures("unhurried")
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


@pytest.mark.usefixtures("unhurried")
def test_only_the_worker_loads_torch():
    code = (
        "import sys, tlcore.runs.dispatcher, tlcore.runs.rowwriter; a = 'torch' in sys.modules;"
        "import tlcore.runs.worker; print(a, 'torch' in sys.modules)"
    )
    told = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert told.stdout.split() == ["False", "True"]
