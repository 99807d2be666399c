"""Self-supervised: turned pictures as labels that nobody gave."""

import pytest

from pages.understand.kinds_of_learning import self_supervised
from tests.pages.test_every_page import left_in_english
from tests.pages.understand.kinds_of_learning.house import BOTH, PAGE, T, table, waiting
from tlcore.experiments.kinds.presets import ROTATIONS
from tlcore.words import i18n


def rotation(turned=0.98, middle=0.5, gain=0.08, **more):
    """As tlcore.experiments.kinds.run.unlabelled tells it: `gain` over random weights, at each
    number of labels."""
    sizes = (8, 20, 40, 160)

    def curve(base, half=0.02):
        return [{"labels": n, "accuracy": base + n / 1000, "half": half} for n in sizes]

    sprite = {"file": "turned.png", "columns": 5, "tile": [28, 28], "count": 24}
    return {
        **{"backbone": "clothing", "data": "garments", "unlabelled": 1000, "epochs": 2},
        **{"asked": 500, "classes": ["a", "b", "c", "d"], "learned": []},
        "turns": {
            **{"accuracy": turned, "interval": [turned - 0.01, turned + 0.01], "views": 800},
            "hidden": {"middle": middle, "border": 0.4},
        },
        "curves": {
            "random": curve(0.6),
            "rotation": curve(0.6 + gain),
            "labelled": curve(0.7),
            "scratch": curve(0.5, None),
        },
        "draws": {"random": 10, "rotation": 10, "labelled": 10, "scratch": 1},
        "gains": {
            "random": [{"mean": gain, "half": 0.02}] * 4,
            "labelled": [{"mean": gain - 0.1, "half": 0.01}] * 4,
        },
        "turned": sprite,
        **more,
    }


@BOTH
def test_rotation_shows_its_labels_its_curve_and_a_verdict(house, page, language):
    reader = page(language).click(f"{PAGE}.rotation.start")
    [run_id] = waiting(house, "rotation")
    assert house.run(run_id).spec == ROTATIONS["garments"].model_dump(mode="json")
    house.answer(run_id, **rotation())
    reader.run()
    shown = reader.picture(f"{PAGE}.turned")["groups"]
    assert [tile["index"] for tile in shown[1]["tiles"]] == [1, 5, 9, 13, 17, 21]
    told = i18n.t("kinds.rotation.helps", language, n=20, gain="8", half="2")
    assert told in reader.markdown()
    assert "62%" in reader.widget(f"{PAGE}.rotation.curve").proto.alt
    assert reader.errors == []
    if language == "ko":
        assert left_in_english(reader.texts()) == []


def test_its_progress_is_told_with_what_it_can_already(house, page):
    reader = page().click(f"{PAGE}.rotation.start")
    [run_id] = waiting(house, "rotation")
    house.queue.start(run_id)
    row = {"kind": "progress", "part": "rotation", "done": 31, "of": 62, "accuracy": 0.5}
    house.store.append(run_id, 1, 0, [row])
    [bar] = [node.proto for node in reader.run().nodes() if node.type == "progress"]
    assert T["kinds.at.rotation"].format(done=31, of=62, accuracy="50%") in bar.text


@pytest.mark.parametrize(
    ("turned", "middle", "gain", "question", "verdict"),
    [
        (0.98, 0.5, 0.08, "solved", "helps"),
        (0.99, 0.95, -0.1, "around", "hurts"),
        (0.25, 0.25, -0.01, "guessed", "open"),
        (0.6, 0.3, 0.01, "partly", "open"),
    ],
)
def test_a_reading_is_computed_from_the_run(turned, middle, gain, question, verdict):
    result = rotation(turned, middle, gain)
    assert self_supervised.of_turns(result["turns"]) == question
    assert self_supervised.of_gain(result["gains"]["random"][1]) == verdict


@pytest.mark.parametrize(("gain", "option"), [(0.0, 0), (0.05, 1), (0.1, 2)])
def test_the_prediction_is_answered_from_both_differences(gain, option):
    assert self_supervised._answer(rotation(gain=gain)) == option


@BOTH
def test_three_pictures_side_by_side(house, page, language):
    reader = page(language)
    for data, (turned, gain) in {"garments": (0.98, 0.08), "blood": (0.25, -0.02)}.items():
        reader.widget(f"{PAGE}.rotation.data").set_value(data)
        reader.run().click(f"{PAGE}.rotation.start")
        house.answer(waiting(house, "rotation")[0], **rotation(turned, gain=gain, data=data))
        reader.run()
    seen = table(reader, i18n.t("kinds.rotation.named", language))
    assert list(seen[i18n.t("kinds.rotation.named", language)]) == pytest.approx([98, 25])
    assert i18n.texts(language)["kinds.turns.guessed.short"] in list(
        seen[i18n.t("kinds.rotation.verdict", language)]
    )
    assert i18n.texts(language)["kinds.rotation.all"] not in reader.markdown()
    reader.widget(f"{PAGE}.rotation.data").set_value("signs")
    reader.run().click(f"{PAGE}.rotation.start")
    house.answer(waiting(house, "rotation")[0], **rotation(0.99, 0.9, -0.1, data="signs"))
    assert i18n.texts(language)["kinds.rotation.all"] in reader.run().markdown()
