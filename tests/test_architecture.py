"""The shape of the house: who may import whom, and what must stay true of the files."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

from pages.ui.frame import navigation
from tests.imports import arrows, circles, imported, modules
from tests.nonempty import files_of
from tlcore.ground.paths import ROOT

KNOWN = modules(ROOT, "tlcore")
# Nobody knows a floor above; what stands together is one floor.  Above all: tlcore's own modules.
FLOORS = (
    *(("ground",), ("words",), ("catalog",), ("fetching",), ("networks", "data"), ("training",)),
    *(("runs",), ("experiments",), ("lessons",), ("making",)),
)
HEAVY = ("torch", "torchvision", "sklearn", "transformers", "captum", "tensorboardX")
TRAINS = ("engine", "additions", "transfer")  # folders of tlcore/training that load torch
WORKS = ("run", "work")  # files and folders of an experiment that do
OWN = ("run", "work", "command")  # and what no other experiment imports
MOST = 30  # entries of a folder
CODE = (("tlcore",), ("pages",), ("tests",))
PAGES = files_of(ROOT / "pages", "**/*.py")


def imports(file):
    """For types too."""
    return imported(ast.walk(ast.parse(file.read_text(encoding="utf-8"))))


def may_load_torch(name):
    """By its place alone: what a page's process imports lies elsewhere."""
    match name.split("."):
        case ["tlcore", "networks" | "data" | "making", *_]:
            return True
        case ["tlcore", "training", folder, *_]:
            return folder in TRAINS
        case ["tlcore", "experiments", _, *parts]:
            return bool(set(WORKS) & set(parts))
        case _:
            return name in ("tlcore.runs.worker", "tlcore.notebook")


def floor(name):
    """Number of a module's floor, the ground 0; what lies on none is above all."""
    folder = (*name.split("."), "")[1]
    return next((n for n, folders in enumerate(FLOORS) if folder in folders), len(FLOORS))


def pointing_up(arrows):
    """Only `tlcore` itself, which says what a notebook may ask for, is known from everywhere."""
    return [
        f"{name} -> {other}"
        for name, others in arrows.items()
        for other in others
        if other != "tlcore" and floor(other) > floor(name) and name != "tlcore"
    ]


def borrowed(arrows):
    """What an experiment takes of another that only this one runs."""
    split = {name: name.split(".") for name in arrows}
    return [
        f"{name} -> {other}"
        for name, others in arrows.items()
        for other in others
        if split[name][1:2] == split[other][1:2] == ["experiments"]
        if split[name][2:3] != split[other][2:3] and set(OWN) & set(split[other][3:])
    ]


def folders():
    """Of code, with everything in them that git keeps or would."""
    told = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    listed = [Path(name) for name in told.stdout.split("\0") if name and (ROOT / name).exists()]
    found = {}
    for file in listed:
        for entry in [file, *file.parents][:-1]:
            found.setdefault(entry.parent, set()).add(entry.name)
    return {place: names for place, names in found.items() if place.parts[:1] in CODE}


def test_streamlit_finds_no_page_script_outside_a_section_folder():
    assert not [p for p in ROOT.glob("pages/*.py") if p.name != "__init__.py"]


def test_tlcore_knows_no_streamlit_and_no_page():
    for file in files_of(ROOT, "tlcore/**/*.py"):
        assert not [m for m in imports(file) if m.split(".")[0] in ("streamlit", "pages")], file


@pytest.mark.usefixtures("unhurried")
def test_pages_and_what_they_import_never_load_torch():
    modules = sorted(name for name in KNOWN if not may_load_torch(name))
    parts = {".".join(file.relative_to(ROOT).with_suffix("").parts) for file in PAGES}
    modules += sorted(parts - {navigation.module(name) for name in navigation.PAGES})
    code = (
        f"import {', '.join(modules)}; import sys; print([m for m in {HEAVY} if m in sys.modules])"
    )
    told = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert told.stdout.strip() == "[]"


@pytest.mark.usefixtures("unhurried")
def test_torch_rooms_run_without_pydantic_sqlalchemy_and_streamlit():
    code = (
        "import sys\n"
        "for m in ('pydantic', 'sqlalchemy', 'streamlit'): sys.modules[m] = None\n"
        "import tlcore.training.engine, tlcore.training.transfer.plan\n"
        "import tlcore.networks.backbones, tlcore.data.sets\n"
        "import tlcore.making.pretrain.clothing\n"
    )
    subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=True)


def test_no_page_stops_in_a_way_that_keeps_fragments_of_the_run_before():
    for file in files_of(ROOT, "pages/**/*.py"):
        stops = [
            node.lineno
            for node in ast.walk(ast.parse(file.read_text(encoding="utf-8")))
            if isinstance(node, ast.Attribute) and ast.unparse(node) == "st.stop"
        ]
        assert stops == [], file  # speech.end() says why


def test_the_hidden_option_that_stops_forced_collection_still_exists():
    from streamlit import config

    assert config.get_option("runner.postScriptGC") is False  # from .streamlit/config.toml


@pytest.mark.usefixtures("unhurried")
def test_no_file_of_ours_is_large():
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=True)
    for name in listed.stdout.decode().split("\0"):
        if name and (ROOT / name).exists():
            assert (ROOT / name).stat().st_size < 10 * 2**20, name


def test_torch_is_named_only_where_it_may_be_loaded():
    """In functions neither: a file's place says what it needs."""
    wrong = {
        name: sorted({m for m in imports(file) if m.split(".")[0] in HEAVY})
        for name, file in KNOWN.items()
        if not may_load_torch(name)
    }
    wrong = {name: heavy for name, heavy in wrong.items() if heavy}
    assert not wrong, f"these move to a run.py or run/, to networks, data or the engine: {wrong}"


def test_imports_point_down():
    """Those for types, too: a floor is read without the ones above it."""
    known = arrows(KNOWN, types=True)
    assert {floor(name) for name in known} == set(range(len(FLOORS) + 1))
    assert not pointing_up(known), "what both need moves down, or the lower one is handed it"


def test_the_order_of_floors_is_told_to_who_changes_the_house():
    told = " < ".join(", ".join(folders) for folders in FLOORS)
    assert told in (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")


def test_an_import_that_points_up_is_found():
    known = {"tlcore.runs.a": {"tlcore.making.b", "tlcore.ground.c"}, "tlcore.making.b": set()}
    assert pointing_up(known) == ["tlcore.runs.a -> tlcore.making.b"]


def test_no_experiment_imports_what_another_runs():
    assert not borrowed(arrows(KNOWN)), "take its spec or its reading, or ask tlcore.runs.registry"
    mine, theirs = "tlcore.experiments.a.command", "tlcore.experiments.b.run.c"
    assert borrowed({mine: {theirs}, theirs: set()}) == [f"{mine} -> {theirs}"]
    assert borrowed({mine: {"tlcore.experiments.a.run"}, "tlcore.experiments.a.run": set()}) == []


@pytest.mark.usefixtures("unhurried")
def test_a_folder_has_at_most_thirty_entries():
    known = folders()
    assert {Path("tlcore/runs"), Path("pages/ui/charts"), Path("tests/browser")} <= set(known)
    full = {str(place): len(names) for place, names in known.items() if len(names) > MOST}
    assert not full, f"split these by idea: {full}"


@pytest.mark.usefixtures("unhurried")
def test_a_folder_of_modules_says_in_one_sentence_what_it_holds():
    for place, names in folders().items():
        if not any(name.endswith(".py") for name in names):
            continue
        file = ROOT / place / "__init__.py"
        assert file.exists(), f"{place} lacks an __init__.py with its sentence"
        said = ast.get_docstring(ast.parse(file.read_text(encoding="utf-8"))) or ""
        first = said.split("\n\n")[0]
        assert first.endswith("."), f"{place}/__init__.py: its docstring begins with one sentence"


def test_no_modules_import_one_another_in_a_circle():
    """In functions neither: a circle that is hidden there is one."""
    known = modules(ROOT, "tlcore", "pages", "tests")
    assert {"tlcore.runs.spec", "pages.ui.frame.navigation", "tests.imports"} <= set(known)
    assert circles(arrows(known)) == []


def test_a_circle_is_found_wherever_its_imports_stand(tmp_path):
    (tmp_path / "a").mkdir()
    (tmp_path / "a" / "__init__.py").write_text("")
    (tmp_path / "a" / "one.py").write_text("from a import two\n")
    (tmp_path / "a" / "two.py").write_text("def late():\n    from a.three import x\n")
    (tmp_path / "a" / "three.py").write_text(
        "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    from a.one import y\n"
    )
    assert circles(arrows(modules(tmp_path, "a"))) == []
    (tmp_path / "a" / "three.py").write_text("import a.one\n")
    assert circles(arrows(modules(tmp_path, "a"))) == [["a.one", "a.three", "a.two"]]
