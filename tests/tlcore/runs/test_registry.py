"""The experiments: each has its parts, none loads torch where pages do, and one more is a folder.

What is wrong with a folder is told in a sentence: which folder, what, and what to do.
"""

from __future__ import annotations

import ast
import dataclasses
import sys
import textwrap

import pytest

from tests.nonempty import files_of
from tests.tlcore.experiments.export.test_worker import done
from tests.tlcore.runs import experiment_folders
from tlcore import __main__ as cli
from tlcore import experiments
from tlcore.ground.errors import UserError
from tlcore.ground.paths import ROOT
from tlcore.ground.recipe import Compute
from tlcore.runs import registry, spec
from tlcore.runs.registry import Misplaced
from tlcore.runs.store import orders, soundness
from tlcore.runs.store.store import Store
from tlcore.training.spec_base import Spec

PARTS = [
    field.name
    for field in dataclasses.fields(registry.Experiment)
    if field.type == "str | None" and field.name != "kind"
]
RUNS = ROOT / "tlcore" / "runs"
TOY = {
    "__init__": """
        from tlcore.runs.registry import Command, Experiment

        HERE = "tlcore.experiments.toss"
        EXPERIMENT = Experiment(
            kind="toss",
            spec=f"{HERE}.spec:TossSpec",
            rows=f"{HERE}.run:rows",
            read=f"{HERE}.reading",
            presets=f"{HERE}.presets:PRESETS",
            command=Command("toss", f"{HERE}.command:main", "toss a coin", left="goes_on"),
        )
    """,
    "spec": """
        from typing import Literal
        from pydantic import Field
        from tlcore.training.spec_base import SEED, Spec

        class TossSpec(Spec):
            lane = "quick"
            since_when = {"fair": True}
            kind: Literal["toss"] = "toss"
            times: int = Field(3, ge=1, le=9, description="how often")
            fair: bool = True
            seed: int = SEED
    """,
    "run": """
        import torch

        def rows(spec, data_dir, folder):
            stream = torch.Generator().manual_seed(spec.seed)
            for _ in range(spec.times):
                yield {"kind": "toss", "heads": int(torch.rand((), generator=stream) < 0.5)}
            yield {"kind": "result", "status": "finished", "times": spec.times}
    """,
    "reading": "def heads(rows): return sum(row['heads'] for row in rows if row['kind'] == 'toss')",
    "presets": """
        from tlcore.experiments.toss.spec import TossSpec
        from tlcore.runs.presets import Preset

        PRESETS = (Preset("toss.often", (TossSpec(times=9),), (TossSpec(times=1),)),)
    """,
    "command": "def main(argv): print('tossed', *argv)",
}


@pytest.fixture
def root(tmp_path, monkeypatch):
    """A folder that is looked into as tlcore/experiments is; nothing of it outlives the test."""
    before = set(sys.modules)
    monkeypatch.setattr(experiments, "__path__", [*experiments.__path__, str(tmp_path)])
    registry.experiments.cache_clear()
    yield tmp_path
    registry.experiments.cache_clear()
    for name in set(sys.modules) - before:
        if name.startswith(f"{registry.PACKAGE}.toss"):
            del sys.modules[name]


def toy(root, **instead):
    """The toy's folder, with some of its files otherwise, or (None) left out."""
    files = TOY | {"__init__" if name == "init" else name: text for name, text in instead.items()}
    experiment_folders.write(root, "toss", {k: v for k, v in files.items() if v is not None})


def told(root, ask=registry.experiments):
    with pytest.raises(Misplaced) as caught:
        ask()
    sentence = str(caught.value)
    assert sentence.startswith("tlcore/experiments/toss: ")
    return sentence.removeprefix("tlcore/experiments/toss: ")


def test_every_experiment_has_the_parts_that_it_names():
    assert len(registry.experiments()) > 30
    for experiment in registry.experiments():
        for name in PARTS:
            if getattr(experiment, name) is not None:
                found = registry.part(experiment, name)
                assert name not in ("rows", "work") or callable(found), experiment
        if experiment.command is not None:
            assert callable(registry.at(experiment.command.main)), experiment
    for kind in registry.kinds():
        made = registry.spec(kind)
        assert issubclass(made, Spec)
        assert made.since_when.keys() <= made.model_fields.keys(), kind


@pytest.mark.usefixtures("unhurried")
def test_no_part_of_an_experiment_that_pages_load_loads_torch():
    assert experiment_folders.loads_torch() == ""


def test_one_more_experiment_is_one_more_folder(root, capsys, tmp_path_factory):
    """Parsed, named, run by the worker, called from the command line, listed for the lessons."""
    toy(root)
    asked = spec.parse({"kind": "toss", "times": "4"})
    assert (asked.kind, asked.times) == ("toss", 4)
    resolved = spec.resolve(asked, Compute(), "a machine")
    assert resolved.lane == "quick"
    covered = spec.covered(asked, Compute(), "a machine")
    assert covered["spec"] == {"kind": "toss", "times": 4, "seed": 0}  # as before `fair` came
    other = spec.parse({"kind": "toss", "times": 4, "fair": False})
    assert spec.resolve(other, Compute(), "a machine").hash != resolved.hash
    with pytest.raises(UserError) as caught:
        spec.parse({"kind": "toss", "times": 10, "coin": 1})
    assert [key for key, _ in caught.value.values["problems"]] == [
        "spec.out_of_range",
        "spec.unknown_field",
    ]

    store = Store(tmp_path_factory.mktemp("toss") / "store.db")
    run = done(store, kind="toss", times=4)
    rows, _ = store.rows(run.id)
    assert [row["kind"] for row in rows] == ["toss"] * 4 + ["result"]
    assert run.result["times"] == 4
    reading = registry.part(registry.kinds()["toss"], "read")
    assert reading.heads(rows) == sum(row["heads"] for row in rows[:4])
    store.close()

    assert cli.main(["toss", "--often"]) == 0
    assert capsys.readouterr().out == "tossed --often\n"
    with pytest.raises(SystemExit):
        cli.main(["--help"])
    assert "toss a coin" in capsys.readouterr().out
    assert [preset.id for made in registry.presets() for preset in made].count("toss.often") == 1


def test_a_kind_that_is_not_there_is_told_with_those_that_are():
    with pytest.raises(UserError) as caught:
        spec.parse({"kind": "toss"})
    [(key, values)] = caught.value.values["problems"]
    assert key == "spec.not_a_choice"
    assert (values["given"], values["allowed"].split(", ")) == ("toss", list(registry.kinds()))


def experiment(**parts):
    given = ", ".join(f"{name}={value!r}" for name, value in parts.items())
    return f"from tlcore.runs.registry import Experiment\nEXPERIMENT = Experiment({given})\n"


SPEC, ROWS = "tlcore.experiments.toss.spec:TossSpec", "tlcore.experiments.toss.run:rows"


@pytest.mark.parametrize(
    ("init", "sentence"),
    [
        ("", "its __init__.py names no EXPERIMENT; name its parts there."),
        (
            experiment(kind="toss", rows=ROWS),
            "'toss' has no spec; name the class that says what may be asked.",
        ),
        (
            experiment(kind="toss", spec=SPEC),
            "'toss' needs rows, or work, and not both; name what a worker calls.",
        ),
        (experiment(), "it has neither a kind nor a command nor presets; name one."),
        (
            experiment(kind="survey", spec=SPEC, rows=ROWS),
            "the kind 'survey' is there already, in tlcore/experiments/survey; "
            "find another name for one of them.",
        ),
    ],
)
def test_a_folder_that_lacks_a_part_or_names_a_kind_twice_is_told(root, init, sentence):
    toy(root, init=init)
    assert told(root) == sentence


def test_two_of_one_kind_in_one_folder_are_told(root):
    twice = experiment(kind="toss", spec=SPEC, rows=ROWS) + "EXPERIMENTS = (EXPERIMENT,) * 2\n"
    toy(root, init=twice + "del EXPERIMENT\n")
    assert "the kind 'toss' is there already, in tlcore/experiments/toss;" in told(root)


@pytest.mark.parametrize("missing", ["spec", "run", "presets"])
def test_a_part_that_is_named_and_not_there_is_told(root, missing):
    toy(root, **{missing: None})
    name = {"run": "rows"}.get(missing, missing)
    one = registry.kinds()["toss"]
    place = getattr(one, name)
    assert told(root, lambda: registry.part(one, name)) == (
        f"its {name} is not at {place}; write it there, or mend the name."
    )


def test_a_spec_of_another_kind_than_its_folder_says_is_told(root):
    toy(root, spec=textwrap.dedent(TOY["spec"]).replace('"toss"', '"throw"'))
    assert told(root, lambda: spec.parse({"kind": "toss"})) == (
        f"{SPEC} is of kind 'throw' and its folder says 'toss'; give both the same name."
    )


def test_what_a_part_needs_and_is_not_installed_is_not_taken_for_the_part(root):
    toy(root, run="import a_package_that_nobody_has\n")
    with pytest.raises(ModuleNotFoundError, match="a_package_that_nobody_has"):
        registry.part(registry.kinds()["toss"], "rows")


@pytest.mark.usefixtures("unhurried")
@pytest.mark.parametrize("part", ["spec", "reading", "presets"])
def test_a_part_that_pages_load_and_that_loads_torch_is_told(root, part):
    toy(root, **{part: "import torch\n" + textwrap.dedent(TOY[part])})
    name = {"reading": "read"}.get(part, part)
    place = getattr(registry.kinds()["toss"], name)
    assert experiment_folders.loads_torch(root) == (
        f"tlcore/experiments/toss: its {name} ({place}) loads torch, and pages load it; "
        "move what needs torch to what a worker calls."
    )


def test_runs_know_no_experiment_by_its_kind():
    """What differs between kinds their folders say (Experiment), or their specs.  A run that names
    no kind is a fine-tune, in an old link and in an old store; lanes and kinds share
    a word, and a fine-tune's rows, which are read in a folder here, say some others."""
    kinds = registry.kinds().keys() - {*soundness.LANES, orders.PROFILE}
    named: dict[str, set[str]] = {}
    files = [file for file in files_of(RUNS, "**/*.py") if file.parent != RUNS / "reading"]
    for file in files:
        texts = {
            node.value
            for node in ast.walk(ast.parse(file.read_text("utf-8")))
            if isinstance(node, ast.Constant) and isinstance(node.value, str)
        }
        if found := texts & kinds:
            named[file.name] = found
    assert named == {"spec.py": {"fine_tune"}, "tables.py": {"fine_tune"}}
