"""Every chart has words for whoever cannot see it, and its numbers as a table beside it."""

import ast
import re

import pytest

from pages.ui.charts import figures
from tests.nonempty import files_of
from tlcore.ground.paths import ROOT
from tlcore.training.values import PANELS

FILES = files_of(ROOT / "pages", "**/*.py")
TABLES = {"st.dataframe", "st.table", "wide_table", "overlay.wide_table"}
PLOTLY = re.compile(r"\bPlotly\.(?:react|newPlot)\(")


def calls(file):
    """Name of what is called -> its calls in this file."""
    found = {}
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Call):
            found.setdefault(ast.unparse(node.func), []).append(node)
    return found


def charts(file):
    """Calls of st.plotly_chart, or of a column's or container's."""
    found = calls(file).items()
    return [call for name, group in found if name.endswith(".plotly_chart") for call in group]


DRAWING = [file for file in FILES if charts(file)]
NAMES = [file.stem for file in DRAWING]


def test_there_are_charts_to_look_at():
    assert len(DRAWING) > 5
    assert not [
        (file.name, name)
        for file in FILES
        for name in calls(file)
        # kinds of charts that take no text for whoever cannot see them
        if re.search(r"\.(?:\w+_chart|pyplot|graphviz_chart)$", name)
        and not name.endswith(".plotly_chart")
    ]


@pytest.mark.parametrize("file", DRAWING, ids=NAMES)
def test_a_chart_says_in_words_what_it_shows(file):
    for call in charts(file):
        given = {keyword.arg: keyword.value for keyword in call.keywords}
        assert "alt" in given, f"{file.name}:{call.lineno}"
        said = ast.unparse(given["alt"])
        assert not isinstance(given["alt"], ast.Constant), f"{said} speaks one language"


@pytest.mark.parametrize("file", DRAWING, ids=NAMES)
def test_a_chart_has_its_numbers_as_a_table_in_the_same_place(file):
    assert TABLES & calls(file).keys(), file.name


def test_charts_of_our_components_are_panels_with_a_table_and_a_summary():
    """Only panel.js draws with Plotly: each panel has its table, and a label for the chart."""
    scripts = {s.stem: s.read_text(encoding="utf-8") for s in files_of(ROOT, "pages/**/*.js")}
    assert [name for name, text in scripts.items() if PLOTLY.search(text)] == ["panel"]
    panel = scripts["panel"]
    assert "fillTable" in panel
    assert "aria-label" in panel
    kinds = "".join(scripts[name] for name in ("curves", "layers", "live"))
    for part in ("table", "summary"):
        assert kinds.count(f"{part}(c) {{") == kinds.count("draw(c) {")
    own = set(re.findall(r'^  name: "(\w+)"|groupPanel\("(\w+)"', kinds, re.MULTILINE))
    assert {first or second for first, second in own} <= set(PANELS)


def test_a_logarithmic_axis_says_its_numbers_in_full():
    """Plotly's own ticks write the 2 and 5 between two powers of ten without their zeros."""
    axes = [
        (file.name, {ast.literal_eval(key) for key in node.keys if isinstance(key, ast.Constant)})
        for file in FILES
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8")))
        if isinstance(node, ast.Dict)
        and any(is_log(*pair) for pair in zip(node.keys, node.values, strict=True))
    ]
    assert len(axes) > 8
    assert [name for name, keys in axes if not keys & {"tickvals", "dtick"}] == []
    assert not [f.name for f in FILES if re.search(r"dtick\W+D\d", f.read_text("utf-8"))]


def is_log(key, value):
    """Of a dictionary in the source: whether it makes an axis logarithmic."""
    return (
        isinstance(key, ast.Constant)
        and key.value == "type"
        and any(isinstance(n, ast.Constant) and n.value == "log" for n in ast.walk(value))
    )


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ([2, 30], ["1", "2", "5", "10", "20", "50"]),
        ([0.5, 40_000], ["1", "10", "100", "1k", "10k"]),
        ([3e6, 8e6], ["1M", "2M", "5M"]),
    ],
)
def test_ticks_between_powers_of_ten_keep_their_zeros(values, said):
    axis = figures.decades(values)
    shown = dict(zip(axis["tickvals"], axis["ticktext"], strict=True))
    assert [text for text in shown.values() if text in said] == said
    assert len(set(shown.values())) == len(shown)
