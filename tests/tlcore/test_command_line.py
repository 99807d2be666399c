"""python -m tlcore runs: rows on standard output, what is kept, one sentence on faults."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest

from tlcore import __main__ as cli
from tlcore.ground.errors import UserError
from tlcore.ground.paths import ROOT
from tlcore.runs.spec import FineTuneSpec


def test_what_the_learner_can_act_on_is_one_sentence_and_exit_code_two(monkeypatch, capsys):
    def refuse(_):
        raise UserError("data.unknown", given="x", known="y")

    monkeypatch.setattr(cli, "_run", refuse)
    monkeypatch.setattr(
        "tlcore.words.i18n.tell", lambda error, language, _: f"{language}: {error.key}"
    )
    assert cli.main(["--language", "ko", "run"]) == 2
    told = capsys.readouterr()
    assert told.out == ""
    assert told.err == "ko: data.unknown\n"


def test_a_file_that_cannot_be_written_is_told_before_the_training(tmp_path, capsys):
    file = tmp_path / "nowhere" / "rows.jsonl"
    assert cli.main(["run", "--save", str(file)]) == 2
    told = capsys.readouterr()
    assert str(file) in told.err
    assert len(told.err.splitlines()) == 1
    assert told.out == ""


@pytest.mark.usefixtures("unhurried")
def test_a_reader_who_has_seen_enough_is_no_fault():
    words = [sys.executable, "-m", "tlcore", "run", "--json", "--epochs", "3"]
    with subprocess.Popen(words, cwd=ROOT, stdout=-1, stderr=-1, text=True) as run:
        assert json.loads(run.stdout.readline())["kind"] == "start"
        run.stdout.close()
        assert run.stderr.read() == ""
    assert run.returncode == 0


def test_ctrl_c_ends_with_130_and_says_what_is_kept(monkeypatch, capsys):
    def interrupt(*_):
        raise KeyboardInterrupt

    monkeypatch.setattr(cli, "_do", interrupt)
    monkeypatch.setattr(cli, "_use", interrupt)
    words = {
        ("run",): "Nothing is kept",
        ("run", "--save", "x.jsonl"): "in the file that --save names",
        ("compare",): "the same command goes on",
        ("pretrain", "photo"): "Every epoch that was finished is kept",
        ("pretrain", "text"): "with --resume",
        ("sheet",): "Nothing is kept",
    }
    for command, sentence in words.items():
        assert cli.main(command) == 130
        told = capsys.readouterr()
        assert told.out == ""
        assert sentence in told.err, command


def test_rows_of_an_interrupted_run_are_in_its_file(monkeypatch, tmp_path):
    from tlcore.training.transfer import fine_tune

    def rows_of(*_, **__):
        yield {"kind": "start"}
        yield {"kind": "epoch", "epoch": 0, "train_loss": None, "val_loss": 1.0} | {
            "val_accuracy": 0.5,
            "t": 0.1,
        }
        raise KeyboardInterrupt

    monkeypatch.setattr(fine_tune, "rows_of", rows_of)
    file = tmp_path / "rows.jsonl"
    assert cli.main(["run", "--save", str(file)]) == 130
    assert [json.loads(line)["kind"] for line in file.read_text().splitlines()] == [
        "start",
        "epoch",
    ]


def test_own_data_that_is_not_there_is_told_without_a_link(capsys):
    for name in ("own-" + "0" * 32, "texts-" + "0" * 32):
        assert cli.main(["run", "--data", name]) == 2
        told = capsys.readouterr().err
        assert "--data" in told
        assert "link" not in told


def test_a_gpu_that_is_not_there_is_told_before_anything_is_printed(monkeypatch, capsys):
    import torch

    monkeypatch.setattr(torch.cuda, "is_available", lambda: False)
    assert cli.main(["run", "--device", "cuda"]) == 2
    told = capsys.readouterr()
    assert told.out == ""
    assert "“cpu”" in told.err


ROWS = [
    {"kind": "start"},
    {
        "kind": "epoch",
        "epoch": 0,
        "train_loss": None,
        "val_loss": 2.5,
        "val_accuracy": 0.1,
        "t": 0.1,
    },
    {
        "kind": "result",
        "status": "finished",
        "test_accuracy": 0.9,
        "interval": [0.8, 0.95],
        "truth": [0] * 9 + [1],
        "confusion": [[9, 0], [1, 0]],
        "seconds": {"total": 1.5},
    },
]


def test_json_is_one_object_a_line(capsys):
    for row in ROWS:
        cli._show_json(row)
    assert [json.loads(line) for line in capsys.readouterr().out.splitlines()] == ROWS


def test_people_get_a_line_an_epoch(capsys):
    class Asked:
        backbone, train_size, data, plan = "clothing", 40, "garments", "plan"
        forgetting = False

    show = cli._Table(Asked)
    for row in ROWS:
        show(row)
    told = capsys.readouterr().out.splitlines()
    assert told[0] == "clothing on 40 of 6000 for training in garments, plan"
    assert told[2].split() == ["0", "-", "2.5000", "0.1000", "0.10"]
    assert told[3] == "test accuracy 0.900 (95%: 0.800 to 0.950)"
    assert told[4] == "always the most frequent class: 0.900"
    assert told[5] == "found of each class: 1.00 0.00; mean (balanced accuracy) 0.500"
    assert told[6] == "finished in 1.50 s"


def test_the_best_epoch_can_be_kept_and_patience_set(capsys, tmp_path):
    file = tmp_path / "rows.jsonl"
    words = ["--kept-epoch", "best", "--patience", "2", "--schedule", "constant", "--epochs", "60"]
    assert cli.main(["run", *words, "--save", str(file)]) == 0
    kept = json.loads(file.read_text().splitlines()[-1])["kept"]
    assert kept["stopped"]
    assert kept["of"] == kept["best"] + 2 < 60
    told = capsys.readouterr().out
    assert f"weights of epoch {kept['best']} (validation accuracy" in told
    assert f"ended after epoch {kept['of']} of 60: no better one since the best" in told


def test_a_run_that_diverged_says_what_to_try(capsys):
    asked = FineTuneSpec(freeze=0, lr=1000)
    where = {"step": 7, "group": "block4"}
    last = {"kind": "result", "status": "diverged", "diverged": where, "seconds": {"total": 1}}
    cli._Table(asked, "ko")(last)
    told = capsys.readouterr().out
    assert "7" in told
    assert "block4" in told
    assert "1000" in told
    assert "학습률" in told
