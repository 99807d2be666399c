"""Rules over pictures per class and similarity: found where there are any, else one for all."""

from tests.tlcore.experiments.matrix.grid_house import situation
from tlcore.experiments.matrix.grid import rules
from tlcore.experiments.matrix.grid.rules import Bound
from tlcore.experiments.matrix.grid.situations import Action

HEAD, LAST, ALL = (
    Action("head_only", "third"),
    Action("last_blocks", "triple"),
    Action("everything", "third"),
)
SETS = (("a", 0.1), ("b", 0.2), ("c", 0.3), ("d", 0.7), ("e", 0.8), ("f", 0.9))


def world(best, sizes=(4, 100)):
    """Six sets, few and many pictures of each; `best(per_class, similarity)` wins."""
    return [situation(name, n, near, best(n, near)) for name, near in SETS for n in sizes]


def test_a_border_between_few_and_many_is_found():
    told = rules.learn(world(lambda n, near: HEAD if n < 50 else LAST))
    assert [(rule.bounds, rule.action) for rule in told] == [
        ((Bound("per_class", 52.0, True),), HEAD),
        ((Bound("per_class", 52.0, False),), LAST),
    ]
    assert rules.choose(told, 10, 0.5).action == HEAD


def test_a_border_between_alike_and_unlike_is_found():
    told = rules.learn(world(lambda n, near: HEAD if near > 0.5 else LAST))
    assert rules.choose(told, 100, 0.95).action == HEAD
    assert rules.choose(told, 100, 0.05).action == LAST
    assert {bound.feature for rule in told for bound in rule.bounds} == {"similarity"}


def test_where_one_action_is_best_there_is_one_rule():
    (rule,) = rules.learn(world(lambda n, near: LAST))
    assert rule.bounds == ()
    assert (rule.action, rule.loss) == (LAST, 0.0)
    assert round(rule.head_loss, 6) == round(rule.full_loss, 6) == 0.4
    assert rule.situations == 12


def test_what_does_not_fit_into_the_time_is_not_advised():
    found = world(lambda n, near: ALL)
    assert rules.learn(found, 1.0)[0].action == ALL
    assert all(rule.share <= 0.5 for rule in rules.learn(found, 0.5))
    assert rules.learn(found, 0.1)[0].action.role in ("head_only", "earlier")
    assert rules.learn(found, 0.01)[0].action.role in ("head_only", "earlier")  # the cheapest


def test_no_rule_is_the_portrait_of_one_data_set():
    one = world(lambda n, near: HEAD if near > 0.85 else LAST, sizes=(4, 20, 60, 100))
    told = rules.learn(one)
    assert all(len(rule.sets) >= 2 and rule.situations >= 4 for rule in told)


def test_exactly_one_rule_holds():
    def best(n, near):
        return HEAD if n < 50 else LAST if near > 0.5 else ALL

    told = rules.learn(world(best, sizes=(4, 100, 200)), 1.0)
    assert len(told) == 3
    for n in (1, 52, 60, 500):
        for near in (0.0, 0.5, 1.0):
            assert sum(rule.holds(n, near) for rule in told) == 1
    assert rules.choose(told, 200, 0.1).action == ALL
