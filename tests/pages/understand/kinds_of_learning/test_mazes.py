"""Reinforcement: mazes that are walked, levers that are pulled."""

import re

import pytest

from pages.understand.kinds_of_learning import walks
from tests.pages.reader import Reader
from tests.pages.understand.kinds_of_learning.house import BOTH, PAGE, T, table
from tlcore.experiments.kinds import bandit
from tlcore.words import i18n


@BOTH
@pytest.mark.parametrize("maze", walks.CHOICES)
def test_each_maze_is_drawn_walked_and_told(house, page, maze, language):
    reader = page(language)
    reader.widget(f"{PAGE}.maze").set_value(maze)
    reader.run()
    shown = reader.picture(f"{PAGE}.walks")
    assert len(shown["walkers"]) == (1 if maze == "known" else 2)
    for walker in shown["walkers"]:
        assert len(walker["walks"]) == walks.WALKS + 1
        first, last = walker["walks"][0], walker["walks"][-1]
        assert first["moves"] is None
        assert not first["home"] or walker["look"] == "kept"
        assert last["home"]
        assert all(len(walk["best"]) == 64 for walk in walker["walks"])
    key = "told" if maze == "known" else walks.verdict(maze)
    assert i18n.texts(language)[f"kinds.maze.{key}"].split("{")[0] in reader.markdown()
    assert reader.widget(f"{PAGE}.moves").proto.alt.count(" ") > 4
    assert reader.errors == []


def test_the_shortcut_that_nobody_looks_for_is_told(house, page):
    reader = page()
    reader.widget(f"{PAGE}.maze").set_value("shortcut")
    assert T["kinds.maze.habit"] in reader.run().markdown()
    reader.widget(f"{PAGE}.maze").set_value("wall")
    assert T["kinds.maze.habit"] not in reader.run().markdown()


def test_the_goal_that_moved_answers_the_prediction(house):
    reader = Reader(PAGE).choose("predict.kinds_maze.choice", 0).click("predict.kinds_maze.say")
    reader.widget(f"{PAGE}.maze").set_value("goal")
    assert T["predict.differ"].split("{")[0] in reader.run().markdown()
    assert T["predict.kinds_maze.option.2"] in reader.markdown()


@BOTH
def test_levers_are_pulled_counted_and_compared_at_the_end(house, page, language):
    reader = page(language)
    pulled = [pull % 3 for pull in range(bandit.PULLS)]
    reader.state[f"{PAGE}.levers"] = {"seed": 0, "pulled": pulled[:-2]}
    reader.run()
    for lever in pulled[-2:]:
        assert not reader.widget(f"{PAGE}.lever.{lever}").disabled
        reader.click(f"{PAGE}.lever.{lever}")
    counted = table(reader, i18n.t("kinds.levers.tried", language))
    assert list(counted[i18n.t("kinds.levers.tried", language)]) == [7, 7, 6]
    assert counted[i18n.t("kinds.levers.won", language)].sum() == sum(bandit.paid(pulled, 0))
    chances = counted[i18n.t("kinds.levers.truth", language)] / 100
    assert list(chances) == pytest.approx(bandit.chances(0))
    # The sentence is known by its longest words: it may begin with a number.
    compared = max(re.split(r"{\w+}", i18n.texts(language)["kinds.levers.compared"]), key=len)
    assert compared in reader.markdown()
    assert reader.widget(f"{PAGE}.lever.0").disabled
    reader.click(f"{PAGE}.levers.again")
    assert not reader.widget(f"{PAGE}.lever.0").disabled
    assert compared not in reader.markdown()
