"""Small examples that are computed in place: a line, a plane, rules."""

import pytest

from pages.understand.kinds_of_learning import small_regression
from tests.pages.test_every_page import left_in_english
from tests.pages.understand.kinds_of_learning.house import BOTH, PAGE, T, table
from tlcore.experiments.kinds import regression
from tlcore.words import i18n


def test_names_in_the_regression_stand_clear_of_every_point_and_name():
    points = regression.points()
    places = {point.id: (point.x, point.y) for point in points}
    named = small_regression.names(points)
    assert len(named) >= 4
    reach = {"middle right": 1, "middle left": -1}
    for of, side in named.items():
        x, y = places[of]
        for other, (other_x, other_y) in places.items():
            ahead = (other_x - x) * reach[side]
            assert other == of or not (0 <= ahead <= 1 and abs(other_y - y) < 0.7), (of, other)


@BOTH
@pytest.mark.parametrize("example", ["regression", "reduction", "rules"])
def test_each_small_example_is_computed_in_place(house, page, example, language):
    reader = page(language)
    reader.widget(f"{PAGE}.small").set_value(example)
    reader.run()
    assert reader.errors == []
    if example == "rules":  # a table that nobody can select in has no key in Streamlit
        assert len(table(reader, i18n.t("kinds.rules.lift", language)))
    else:
        assert reader.has(f"{PAGE}.{example}")
    if language == "ko":
        assert left_in_english(reader.texts()) == []


def test_the_line_answers_for_another_cost(house, page):
    reader = page()
    before = reader.widget(f"{PAGE}.regression").proto.alt
    assert reader.choose(f"{PAGE}.cost", 10.0).widget(f"{PAGE}.regression").proto.alt != before


def test_the_thresholds_of_rules_hold(house, page):
    reader = page()
    reader.widget(f"{PAGE}.small").set_value("rules")
    reader.run()
    all_ = len(table(reader, T["kinds.rules.lift"]))
    assert T["kinds.rules.trap"].split("{")[0] in reader.markdown()
    reader.choose(f"{PAGE}.support", 25)
    assert 0 < len(table(reader, T["kinds.rules.lift"])) < all_
    reader.choose(f"{PAGE}.confidence", 100)
    assert T["kinds.rules.told"].split("{n}")[1].split("{")[0] in reader.markdown()
