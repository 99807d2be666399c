"""The bench's tables: a part measured again replaces its own rows only; an hour's work goes on."""

import pytest

from tests.bench import table
from tests.bench.peers import costs
from tests.bench.peers import table as peers_table
from tests.bench.peers.costs import Cost
from tests.bench.peers.kept import Kept
from tests.bench.table import Line

TEXT = f"before\n{table.BEGIN}\n{table.END}\nafter\n"


def lines(*claims, measured="1 s"):
    return [Line(claim, measured, "≤ 2 s", "alone") for claim in claims]


def test_what_was_not_measured_again_stays_as_it_stood():
    first = table.into(TEXT, table.rows(lines("a", "b"), "one machine"), "how")
    second = table.into(first, table.rows(lines("b", "c", measured="3 s"), "another"), "how")
    found = table.read(second)
    assert list(found) == ["a", "b", "c"]
    assert found["a"] == ["a", "1 s", "≤ 2 s", "alone", "one machine"]
    assert found["b"] == ["b", "3 s", "≤ 2 s", "alone", "another"]
    assert second.startswith("before\n")
    assert second.endswith("after\n")
    assert table.read(first).keys() == {"a", "b"}


def test_an_empty_cell_and_a_bar_in_one_come_back():
    told = [Line("a | b", "x", "", "")]
    found = table.read(table.into(TEXT, table.rows(told, "here"), "how"))
    assert found == {"a / b": ["a / b", "x", "", "", "here"]}


def test_a_text_without_the_marks_is_refused():
    with pytest.raises(ValueError, match="bench:begin"):
        table.into("nothing", table.rows(lines("a"), "here"), "how")


def test_what_was_measured_once_is_not_measured_again(tmp_path):
    file, asked = tmp_path / "kept.json", []

    def measure():
        asked.append(1)
        return [1.5, True]

    for _ in range(2):
        assert Kept(file).of("head: fastai", measure) == [1.5, True]
    assert len(asked) == 1
    assert Kept(None).of("head: fastai", measure) == [1.5, True]
    assert len(asked) == 2
    assert [path.name for path in tmp_path.iterdir()] == ["kept.json"]


def test_each_seconds_stand_under_their_own_depth():
    costly = {"head": 1.0, "second": 20.0, "stem": 300.0, "full": 4000.0}
    found = {
        depth: {costs.OURS: Cost(seconds, True), "fastai": Cost(2 * seconds, False)}
        for depth, seconds in costly.items()
    }
    told = peers_table._cells(found, {costs.OURS: 0.75}, 100).splitlines()
    heads, mine, fastai = ([cell.strip() for cell in told[n].split("|")] for n in (0, 2, 3))
    for depth, seconds in costly.items():
        place = heads.index(peers_table.HEADS[depth])
        assert mine[place] == f"{seconds:,.1f} s"
        assert fastai[place] == f"{2 * seconds:,.1f} s (2.0 x)"
    assert len(told) == 4  # who was not measured has no row
