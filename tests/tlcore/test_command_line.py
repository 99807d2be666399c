"""python -m tlcore: options from the spec, rows on standard output, one sentence on faults."""

from __future__ import annotations

import importlib
import inspect
import json
import subprocess
import sys

import pytest
import torch

from tlcore import __main__ as cli
from tlcore.ground.errors import UserError
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


def test_errors_speak_the_words_of_the_command_line(capsys):
    assert cli.main(["run", "--freeze", "9", "--epochs", "-1", "--train-size", "2"]) == 2
    told = capsys.readouterr().err
    assert "--epochs: -1" in told
    assert "handles" not in told
    assert cli.main(["run", "--freeze", "9"]) == 2
    told = capsys.readouterr().err
    assert "read (8)" in told
    assert "handles" not in told


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
