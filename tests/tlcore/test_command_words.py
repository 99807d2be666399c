"""The words of python -m tlcore: help without torch, options from the spec, a wrong one refused."""

from __future__ import annotations

import importlib
import inspect
import json
import subprocess
import sys

import pytest
import torch

from tlcore import __main__ as cli
from tlcore.ground.paths import ROOT
from tlcore.making.commands import PRETRAINED
from tlcore.making.pretrain import command as pretraining
from tlcore.making.pretrain.loop import Recipe
from tlcore.networks.weights import FOLDER
from tlcore.runs import registry
from tlcore.runs.executors import choice
from tlcore.runs.spec import FineTuneSpec


def python(*words, **options):
    return subprocess.run(
        [sys.executable, *words], cwd=ROOT, capture_output=True, text=True, **options
    )


@pytest.mark.usefixtures("unhurried")
def test_help_answers_without_torch_and_without_the_spec():
    code = (
        "import sys; from tlcore.__main__ import main\n"
        "try:\n    main(['--help'])\nexcept SystemExit: pass\n"
        "print({'torch', 'pydantic', 'sqlalchemy'} & set(sys.modules))"
    )
    told = python("-c", code, check=True).stdout
    assert "fine-tune" in told
    assert told.strip().endswith("set()")


@pytest.mark.usefixtures("unhurried")
def test_no_command_loads_torch_to_say_its_help_or_to_refuse_a_word():
    """Of those that measure or draw, too: some took two to four seconds over it."""
    told = [
        json.loads(line)
        for line in python("-m", "tests.tlcore.command_walk", check=True).stdout.splitlines()
    ]
    said = {tuple(line["words"]): line for line in told}
    commands = {words[:-1] for words in said if words[-1] == "--help"}
    assert {("run",), ("similarity",), ("pretrain", "photo"), ("catalogue",)} <= commands
    assert commands == {(name,) for name in cli.commands()[1]} | {
        ("pretrain", name) for name in cli.PRETRAINED
    }
    assert ("claims", "--claims", "/no/such/thing") in said
    assert not [words for words, line in said.items() if line["torch"]]
    for words, line in said.items():
        assert line["code"] == (0 if words[-1] == "--help" else 2), words
        assert line["said"], words


@pytest.mark.usefixtures("unhurried")
@pytest.mark.parametrize(
    "words",
    [
        ["run", "--backbone", "nobody"],
        ["compare", "--data", "nobody"],
        ["compare", "--strategies", "nobody", "noone"],
        ["fetch", "nobody"],
        ["catalogue", "nobody"],
        ["evidence", "--strategy", "nobody"],
        ["pretrain", "nobody"],
    ],
)
def test_a_name_that_nobody_knows_is_refused_without_torch(words):
    code = (
        "import sys; from tlcore.__main__ import main\n"
        f"try:\n    code = main({words!r})\nexcept SystemExit as end: code = end.code\n"
        "print(code, 'torch' in sys.modules)"
    )
    told = python("-c", code, check=True)
    assert told.stdout.splitlines()[-1] == "2 False"
    assert "nobody" in told.stderr


def test_options_that_stand_beside_their_tool_name_its_files():
    from tlcore.data.known import clothing_source, garments
    from tlcore.making import tool_options

    told = tool_options.samples().parse_args(["--data", "download"])
    assert (told.out, told.source_out) == (garments.FILE, clothing_source.FILE)


@pytest.mark.usefixtures("unhurried")
@pytest.mark.parametrize("name", ["clothing", "photo", "text", "prompts"])
def test_help_of_what_pre_trains_is_its_own(name, capsys):
    with pytest.raises(SystemExit) as ended:
        cli.main(["pretrain", name, "--help"])
    assert ended.value.code == 0
    told = capsys.readouterr().out
    assert f"python -m tlcore pretrain {name}" in told
    assert "--threads" in told


@pytest.mark.parametrize("name", list(PRETRAINED))
def test_options_of_what_pre_trains_are_those_its_module_reads(name):
    """One parser, filled in where torch is: every option has its value there."""
    from tlcore.making import pretrain_options
    from tlcore.networks.language import small

    module = importlib.import_module(f"tlcore.making.pretrain.{name}")
    assert pretrain_options.about(name) == inspect.cleandoc(module.__doc__)
    assert sorted(pretrain_options.OBJECTIVES) == sorted(small.OBJECTIVES)
    words = {"photo": ["--data", "."], "clothing": ["--data", "."]}.get(name, [])
    words += ["--objective", "masked"] if name == "text" else []
    given = vars(getattr(pretrain_options, name)().parse_args([*words, "--threads", "2"]))
    assert given["threads"] == 2
    if name in ("photo", "clothing"):
        threads = torch.get_num_threads()
        recipe = Recipe(epochs=7)
        told = pretraining.parse(name, recipe, words)
        assert (told.epochs, told.threads, told.out) == (7, threads, FOLDER)


@pytest.mark.usefixtures("unhurried")
@pytest.mark.parametrize(
    "words",
    [
        ["photo", "--data", ".", "--epochs", "0"],
        ["photo", "--data", "download"],
        ["text", "--minutes", "0"],
        ["prompts", "x"],
    ],
)
def test_a_wrong_word_is_refused_before_torch_is_loaded(words):
    code = (
        "import sys; from tlcore.__main__ import main\n"
        f"try:\n    main(['pretrain', *{words!r}])\n"
        "except SystemExit as end: print(end.code, 'torch' in sys.modules)"
    )
    assert python("-c", code, check=True).stdout.strip() == "2 False"


def test_pretrain_without_a_name_lists_what_there_is(capsys):
    assert cli.main(["pretrain", "--help"]) == 0
    assert all(f"  {name} " in capsys.readouterr().out for name in ["clothing"])
    assert cli.main(["pretrain"]) == 2
    told = capsys.readouterr().out
    for name in cli.PRETRAINED:
        assert f"  {name} " in told
        assert (ROOT / "tlcore" / "making" / "pretrain" / f"{name}.py").exists()


def test_every_field_of_the_spec_is_an_option(capsys):
    with pytest.raises(SystemExit):
        cli.main(["run", "--help"])
    told = capsys.readouterr().out
    for name in FineTuneSpec.model_fields.keys() - {"kind"}:
        assert f"--{name.replace('_', '-')} " in told


def test_an_executor_that_there_is_not_is_refused_by_name(monkeypatch, capsys):
    monkeypatch.setenv("TL_EXECUTOR", "elsewhere")
    assert cli.main(["--language", "ko", "dispatch"]) == 2
    told = capsys.readouterr().err
    assert "“elsewhere”" in told
    assert told.rstrip().endswith(f"{', '.join(choice.EXECUTORS)}.")


def test_an_unknown_option_ends_with_two(capsys):
    with pytest.raises(SystemExit) as error:
        cli.main(["run", "--colour", "red"])
    assert error.value.code == 2
    assert "--colour" in capsys.readouterr().err


def test_an_unknown_tool_of_pre_training_is_told(monkeypatch, capsys):
    assert cli.main(["pretrain", "nobody"]) == 2
    assert "“nobody”" in capsys.readouterr().err


def test_words_after_a_tool_are_the_tools_own(monkeypatch):
    heard = []
    module = type(sys)("tlcore.making.pretrain.toy")
    module.main = heard.append
    monkeypatch.setitem(sys.modules, "tlcore.making.pretrain.toy", module)
    toy = registry.Command("toy", "tlcore.making.pretrain.toy:main", "a toy")
    monkeypatch.setitem(cli.PRETRAINED, "toy", toy)
    assert cli.main(["pretrain", "toy", "--data", "download", "--epochs", "3"]) == 0
    assert heard == [["--data", "download", "--epochs", "3"]]


def test_the_language_may_stand_after_the_command_too(monkeypatch, capsys):
    monkeypatch.setattr("tlcore.words.i18n.tell", lambda error, language, _: language)
    assert cli.main(["pretrain", "nobody", "--language", "ko"]) == 2
    assert cli.main(["run", "--epochs", "-1", "--language", "ko"]) == 2
    assert capsys.readouterr().err == "ko\nko\n"


def test_errors_speak_the_words_of_the_command_line(capsys):
    assert cli.main(["run", "--freeze", "9", "--epochs", "-1", "--train-size", "2"]) == 2
    told = capsys.readouterr().err
    assert "--epochs: -1" in told
    assert "handles" not in told
    assert cli.main(["run", "--freeze", "9"]) == 2
    told = capsys.readouterr().err
    assert "read (8)" in told
    assert "handles" not in told
