"""The shape of the house: who may import whom, and what must stay true of the files."""

import ast
import subprocess
import sys

import pytest

from pages.ui.frame import navigation
from tests.imports import arrows, circles, imported, modules
from tests.nonempty import files_of
from tlcore.ground.paths import ROOT

KNOWN = modules(ROOT, "tlcore")
TRAINS = ("engine", "additions", "transfer")  # folders of tlcore/training
WORKS = ("run", "work", "command")  # files and folders of an experiment
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
    heavy = "('torch', 'torchvision', 'sklearn', 'transformers', 'captum', 'tensorboardX')"
    code = (
        f"import {', '.join(modules)}; import sys; print([m for m in {heavy} if m in sys.modules])"
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
        "import tlcore.networks.backbones, tlcore.data\n"
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
        assert stops == [], file  # frame.end() says why


def test_the_hidden_option_that_stops_forced_collection_still_exists():
    from streamlit import config

    assert config.get_option("runner.postScriptGC") is False  # from .streamlit/config.toml


@pytest.mark.usefixtures("unhurried")
def test_no_file_of_ours_is_large():
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=True)
    for name in listed.stdout.decode().split("\0"):
        if name and (ROOT / name).exists():
            assert (ROOT / name).stat().st_size < 10 * 2**20, name


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
