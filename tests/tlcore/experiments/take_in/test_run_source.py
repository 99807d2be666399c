"""`python -m tlcore run --data SOURCE --out DIR`: from a folder to what predicts."""

from __future__ import annotations

import argparse
import json
import subprocess
import sys

import pytest

from tests.tlcore.experiments.export.stranger import ALONE
from tests.tlcore.experiments.take_in.disk_house import (
    own_data,  # noqa: F401 (a fixture)
    plain,
    written_tree,  # noqa: F401 (a fixture)
)
from tlcore import __main__ as cli
from tlcore import catalog
from tlcore.ground.errors import UserError
from tlcore.words import i18n

pytestmark = pytest.mark.usefixtures("unhurried")


def test_run_takes_a_folder_and_leaves_what_predicts(tree, tmp_path, capsys):
    folder = tree(plain(10))
    out = tmp_path / "trained"
    words = ["run", "--data", str(folder), "--backbone", "photo", "--epochs", "3", "--json"]
    assert cli.main([*words, "--out", str(out)]) == 0
    rows = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert (rows[0]["train"], rows[0]["test"]) == (12, 4)
    assert {"predict.py", "weights.safetensors", "README.md", "model.py"} <= {
        file.name for file in out.iterdir()
    }
    command = [sys.executable, "predict.py", str(folder / "cat"), str(folder / "dog" / "dog0.jpg")]
    ended = subprocess.run(command, cwd=out, env=ALONE, capture_output=True, text=True, check=False)
    assert ended.returncode == 0, ended.stderr
    lines = ended.stdout.splitlines()
    assert len(lines) == 11
    assert all("%" in line for line in lines)


def test_the_name_that_is_printed_trains_as_its_source_does(tree):
    told = argparse.Namespace(groups=None, language="en")
    folder = tree(plain())
    by_source = cli._with_own({"data": str(folder)}, told)
    assert cli._with_own({"data": by_source["data"]}, told) == by_source
    assert by_source["train_size"] == catalog.dataset(by_source["data"]).train_pool


@pytest.mark.parametrize("out", ["full", "file", "no/such"])
def test_a_folder_for_the_outcome_that_cannot_be_used_is_told_before_the_training(
    tree, tmp_path, capsys, out
):
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "thesis.txt").write_text("mine")
    (tmp_path / "file").write_text("mine")
    words = ["run", "--data", str(tree(plain())), "--backbone", "photo", "--json"]
    assert cli.main([*words, "--out", str(tmp_path / out)]) == 2
    told = capsys.readouterr()
    assert told.out == ""
    assert str(tmp_path / out) in told.err
    full = i18n.t("error.file.not_empty", "en", path=tmp_path / out)
    assert (full in told.err) == (out == "full")


def test_groups_of_a_built_in_set_are_refused(capsys):
    with pytest.raises(UserError) as caught:
        cli._with_own({"data": "digits"}, argparse.Namespace(groups="x"))
    assert caught.value.key == "own.groups_of_nothing"
    assert cli.main(["run", "--data", "digits", "--groups", "x"]) == 2
    assert "digits" in capsys.readouterr().err


def test_a_known_set_is_meant_where_a_folder_has_its_name(tree, monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    tree(plain(), "digits")
    told = cli.commands(True)[0].parse_args(["run", "--data", "digits"])
    assert cli._with_own({"data": "digits"}, told) == {"data": "digits"}
