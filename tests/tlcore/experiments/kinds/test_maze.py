"""A table of values learns a maze, and what it is worth in another one."""

import numpy as np
import pytest

from tlcore.experiments.kinds import maze
from tlcore.experiments.kinds.maze import CHANGED, KNOWN, Maze

CORRIDOR = Maze(("S..G",))


@pytest.mark.parametrize("drawing", [KNOWN, *CHANGED.values()])
def test_every_maze_is_square_and_can_be_solved(drawing):
    assert {len(row) for row in drawing.rows} == {len(drawing.rows)}
    assert drawing.squares.count("S") == drawing.squares.count("G") == 1
    assert {KNOWN.shortest, *(m.shortest for m in CHANGED.values())} == {18, 14, 22, 7}


def test_each_change_but_the_goals_is_one_square():
    for change, drawing in CHANGED.items():
        apart = sum(a != b for a, b in zip(KNOWN.squares, drawing.squares, strict=True))
        assert apart == (2 if change == "goal" else 1)


def test_a_wall_and_the_edge_hold():
    after = Maze(("S#", ".G")).after
    assert after[0].tolist() == [0, 0, 2, 0]  # up: the edge, right: a wall, down, left: the edge


def test_one_step_writes_what_the_rule_says():
    """One agent, one move from the goal: Q += rate * (reward - cost - Q)."""
    learned = maze.learn(Maze(("SG",)), 1, 1, seed=0)
    tried = learned.moves[0, 0]
    value = learned.last[0, 0, 1]
    assert value == pytest.approx(maze.RATE * (maze.REWARD - maze.COST))
    assert tried >= 1
    again = maze.learn(Maze(("SG",)), 1, 1, seed=0, begin=learned.last)
    assert again.last[0, 0, 1] == pytest.approx(value + maze.RATE * (0.98 - value))


def test_the_reward_walks_back_along_the_way():
    """In the corridor the values settle at the discounted reward less the costs."""
    table = maze.learn(CORRIDOR, 300, 1, seed=0).tables[-1]
    best = table.max(1)
    one = maze.REWARD - maze.COST
    two = maze.DISCOUNT * one - maze.COST
    assert best[:3] == pytest.approx([maze.DISCOUNT * two - maze.COST, two, one], abs=1e-3)
    assert maze.way(CORRIDOR, table) == [0, 1, 2, 3]


def test_agents_learn_the_maze_and_do_not_learn_what_begin_was():
    learned = maze.learn(KNOWN, 60, 10, seed=0)
    assert learned.moves[0].mean() > 150
    assert learned.moves[-1].mean() < 30
    begin = learned.last.copy()
    maze.learn(CHANGED["wall"], 3, 10, seed=1, begin=learned.last)
    np.testing.assert_array_equal(learned.last, begin)


def test_the_same_seed_walks_the_same_way():
    one, two, other = (maze.learn(KNOWN, 5, 4, seed).moves for seed in (0, 0, 1))
    np.testing.assert_array_equal(one, two)
    assert (one != other).any()


def test_nothing_known_leads_nowhere_and_a_circle_ends():
    assert maze.way(KNOWN, np.zeros((64, 4))) == [0]
    back_and_forth = np.zeros((4, 4))
    back_and_forth[0, 1] = back_and_forth[1, 3] = 1
    assert maze.way(CORRIDOR, back_and_forth) == [0, 1]


@pytest.mark.parametrize(
    ("change", "verdict"), [("shortcut", "helps"), ("wall", "helps"), ("goal", "hurts")]
)
def test_what_the_lesson_says_of_the_old_table(change, verdict):
    found = maze.race(change)
    assert found.verdict == verdict
    assert abs(found.fewer) > 2 * found.half


def test_with_the_old_table_nobody_finds_the_shortcut():
    """It is good enough to stop looking: at the end the empty table is the quicker one."""
    found = maze.race("shortcut")
    assert found.old.moves[0].mean() < found.nothing.moves[0].mean() / 5
    assert found.old.moves[-1].mean() > found.nothing.moves[-1].mean() + 3


def test_an_interval_is_students():
    assert maze.interval([1.0, 2.0, 3.0]) == pytest.approx((2.0, 4.303 / 3**0.5))
