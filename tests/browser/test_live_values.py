"""The live panels draw whatever tlcore.training.values names, from what Python tells the browser of
it."""

from __future__ import annotations

import pytest

from pages.ui.charts import live_charts
from pages.ui.frame import bundle
from tests.tlcore.training.test_values import NEW
from tlcore.training import values

pytestmark = pytest.mark.browser
THEME = dict.fromkeys(("ink", "paper", "accent", "target", "source", "new", "kept"), "#123456")
ROWS = [
    {"kind": "start", "groups": [{"name": n, "state": "kept"} for n in ("b1", "head")], "steps": 4},
    *(
        {
            "kind": "step",
            "step": n,
            "loss": 1 / n,
            "accuracy": n / 4,
            "weight_norm": 8 + n / 8,
            "lr": {"b1": 0.1, "head": 0.2},
        }
        | ({"noise": {"b1": 0.5 * n, "head": 0.25}, "update_ratio": {"b1": 0.01}} if n % 2 else {})
        for n in (1, 2, 3, 4)
    ),
    {"kind": "epoch", "epoch": 1, "step": 2, "val_accuracy": 0.5, "calibration": 0.25},
    {"kind": "epoch", "epoch": 2, "step": 4, "val_accuracy": 0.75},
]
ASK = """
  const log = new RunLog("id", "run", data.values);
  for (const row of rows) log.push(row);
  const speak = (key, told) => (told ? `${key} ${JSON.stringify(told)}` : key);
  const size = { width: 600, height: 300 };
  const c = { t: colours, say: speak, logs: [log], race: false, x: [0, 4], ...size };
  const shown = (panel) => {
    const known = { accuracy: ACCURACY, rates: RATES, ratios: RATIOS };
    const kind = known[panel] ?? otherPanel(panel, data.values);
    const traces = kind.draw(c).traces.map(({ name, x, y }) => ({ name, x, y }));
    return { traces, table: kind.table(c), summary: kind.summary(c) };
  };
  const there = data.panels.filter((name) => asked.includes(name));
  return Object.fromEntries(there.map((name) => [name, shown(name)]));
"""


@pytest.fixture
def shown(browser, monkeypatch):
    """{panel: its lines, its table, its summary} for ROWS, of a table with three values more."""
    told = {}

    class Answer:
        ended = None

    monkeypatch.setattr(values, "VALUES", (*values.VALUES, *NEW))
    monkeypatch.setattr(live_charts, "_component", lambda **given: told.update(given) or Answer())
    monkeypatch.setattr(bundle, "plotly_url", lambda: "")
    live_charts.live([{"id": "id", "label": "run"}], words={}, key="test")
    script = bundle.javascript(live_charts.__file__, "common", "runlog", "curves", "layers")
    page = browser.new_page()
    given = [told["data"], ROWS, THEME, ["accuracy", "rates", "ratios", "weights", "noise"]]
    yield page.evaluate(f"([data, rows, colours, asked]) => {{ {script} {ASK} }}", given)
    page.close()


def test_a_new_value_of_an_epoch_is_a_line_a_column_and_a_sentence(shown):
    accuracy = shown["accuracy"]
    line = accuracy["traces"][-1]
    assert line == {"name": "live.legend.calibration", "x": [2], "y": [0.25]}
    assert accuracy["table"]["head"][-1] == "live.table.calibration"
    assert [row[-2:] for row in accuracy["table"]["rows"]] == [["50.0%", "25.0%"], ["75.0%", "–"]]
    assert 'live.accuracy.summary_calibration {"value":"25.0%"}' in accuracy["summary"]
    named = {trace["name"] for trace in accuracy["traces"]}
    assert "live.legend.source" not in named  # this run did not tell it


def test_a_new_value_of_groups_has_a_panel_with_the_steps_at_which_it_was_measured(shown):
    first, head = shown["noise"]["traces"]
    assert first == {"name": "b1", "x": [1, 3], "y": [0.5, 1.5]}
    assert head["y"] == [0.25, 0.25]
    assert len(shown["noise"]["table"]["head"]) == 3
    assert shown["noise"]["summary"].startswith("live.noise.summary")


def test_known_values_keep_their_panels(shown):
    assert list(shown) == ["accuracy", "rates", "ratios", "weights", "noise"]
    assert [trace["x"] for trace in shown["rates"]["traces"]] == [[1, 2, 3, 4]] * 2
    assert [trace["x"] for trace in shown["ratios"]["traces"]] == [[1, 3]]


def test_a_value_of_steps_without_groups_has_a_panel_with_one_line(shown):
    [line] = shown["weights"]["traces"]
    told = [8.125, 8.25, 8.375, 8.5]
    assert line == {"name": "live.weights.title", "x": [1, 2, 3, 4], "y": told}
    assert shown["weights"]["table"]["rows"][0] == ["1", "8.125"]
    assert shown["weights"]["summary"] == 'live.weights.summary {"step":"4","value":"8.5"}'
