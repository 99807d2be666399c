"""Predictions: kept once, counted, held until enough have answered, safe in a damaged file."""

from __future__ import annotations

import sqlite3

import pytest

from tlcore.runs.recovery import recovery
from tlcore.runs.store.answers import Hold, Tally
from tlcore.runs.store.store import Store


@pytest.fixture
def store(tmp_path):
    store = Store(tmp_path / "store.db")
    yield store
    store.close()


def test_answers_are_counted_and_a_pass_is_no_answer(store):
    for user, option in (("ada", 1), ("bob", 1), ("cho", 0), ("dan", None)):
        store.answer(user, "race", option)
    found = store.standing("bob", "race")
    assert (found.answered, found.option, found.held) == (True, 1, False)
    assert found.tally == Tally({0: 1, 1: 2}, passed=1)
    assert found.tally.said == 3
    assert store.standing("dan", "race").answered
    assert not store.standing("eve", "race").answered
    assert store.standing("bob", "layers").tally == Tally()


def test_the_first_answer_stays(store):
    store.answer("ada", "race", 1)
    store.answer("ada", "race", 0)
    assert store.standing("ada", "race").option == 1
    store.answer("bob", "race", None)
    store.answer("bob", "race", 1)  # has seen the result by now
    assert store.standing("bob", "race").tally == Tally({1: 1}, passed=1)


def test_results_wait_for_so_many_answers(store):
    store.hold_results(2)
    store.answer("ada", "race", 1)
    store.answer("bob", "race", None)
    assert store.standing("ada", "race").held
    store.answer("bob", "race", 0)  # nothing was shown yet: a guess may follow
    assert not store.standing("ada", "race").held
    assert store.standing("ada", "layers").held


def test_the_teacher_shows_one_result_before_all_have_answered(store):
    store.hold_results(30)
    store.answer("ada", "race", 1)
    store.show_result("race")
    store.show_result("race")
    assert store.hold() == Hold(30, ("race",))
    assert not store.standing("ada", "race").held
    assert store.standing("ada", "layers").held
    store.forget_answers("race")
    assert store.standing("ada", "race").held
    store.end_hold()
    assert store.hold() is None
    assert not store.standing("ada", "layers").held


def test_answers_are_forgotten_by_question_or_all(store):
    for question in ("race", "layers"):
        for user in ("ada", "bob"):
            store.answer(user, question, 0)
    assert list(store.tallies()) == ["layers", "race"]
    assert store.forget_answers("race") == 2
    assert store.tallies() == {"layers": Tally({0: 2})}
    assert store.forget_answers() == 2
    assert store.tallies() == {}


def test_whoever_clears_the_room_forgets_the_answers(store):
    store.answer("ada", "race", 0)
    store.clear()
    assert store.tallies() == {}


def test_a_hold_of_another_version_of_the_app_holds_nothing(store):
    store.hold_results(2)
    with sqlite3.connect(store.path) as connection:
        connection.execute("""UPDATE settings SET value = '{"until": 3}' WHERE name = 'hold'""")
    assert store.hold() is None


def test_answers_outlive_a_file_that_is_put_together_again(store):
    store.answer("ada", "race", 1)
    store.answer("bob", "race", None)
    store.close()
    with sqlite3.connect(store.path) as connection:  # what a shifted page may look like
        connection.execute("INSERT INTO answers VALUES ('cho', 'DROP TABLE', 1, 3.0)")
        connection.execute("INSERT INTO answers VALUES ('dan', 'race', 'x', 3.0)")
        connection.execute("INSERT INTO answers VALUES ('eve', 'race', 1, 'now')")
    recovery.replace(store.path, recovery.identity(store.path))
    assert store.tallies() == {"race": Tally({1: 1}, passed=1)}
