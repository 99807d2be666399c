"""A pre-training that is watched, and the race that begins from it."""

import json

import pytest

from tests.pages.house import result
from tests.pages.reader import KEY, Reader
from tlcore.catalog import nursery
from tlcore.words import i18n

PAGE = "why_transfer.pretrain"


@pytest.fixture
def page(house):
    return Reader("why_transfer")


def grow(house, run_id, weights=True, **more):
    """What a worker leaves of a pre-training."""
    house.begin(run_id)
    row = {**result(10), "seconds": 18.24, "joules": None, "total_parameters": 96_314, **more}
    house.store.append(run_id, 1, 1, [row])
    house.queue.end(run_id, "finished")
    if weights:
        folder = house.store.folder(run_id)
        folder.mkdir(parents=True, exist_ok=True)
        (folder / nursery.WEIGHTS).write_bytes(b"weights")
        spec = {k: v for k, v in house.run(run_id).spec.items() if k != "kind"}
        note = {**spec, "sha256": "ab" * 32, "accuracy": 0.97}
        (folder / nursery.NOTE).write_text(json.dumps(note), encoding="utf-8")
    return run_id


def grown(page, house, **more):
    page.click(f"{PAGE}.start")
    (run_id,) = house.waiting()
    grow(house, run_id, **more)
    return run_id, page.run()


def words(reader):
    return " ".join(reader.texts())


def test_start_begins_a_pre_training_with_the_settings(page, house):
    page.choose(f"{PAGE}.data", "signs").choose(f"{PAGE}.train_size", 500)
    page.choose(f"{PAGE}.epochs", 2).choose(f"{PAGE}.seed", 4).click(f"{PAGE}.start")
    (run_id,) = house.waiting()
    asked = {"kind": "pretrain", "data": "signs", "train_size": 500, "epochs": 2, "seed": 4}
    assert house.run(run_id).spec == asked
    assert [run["id"] for run in page.picture(f"{PAGE}.live")["runs"]] == [run_id]
    assert not page.has("why_transfer.pair.start")


def test_settings_stay_when_another_page_was_seen(page):
    page.choose(f"{PAGE}.data", "blood").choose(f"{PAGE}.epochs", None)
    page.open("home").open("why_transfer")
    assert page.widget(f"{PAGE}.data").value == "blood"
    assert page.widget(f"{PAGE}.epochs").value == 6


def test_stop_ends_it(page, house):
    page.click(f"{PAGE}.start").click(f"{PAGE}.stop")
    assert house.run(house.waiting()[0]).stopping


def test_what_came_of_it_starts_in_a_race_against_nothing_and_against_clothing(page, house):
    page.choose(f"{PAGE}.seed", 3)
    run_id, page = grown(page, house)
    assert "96,314 parameters" in words(page)
    page.choose("why_transfer.pair.size", 20).click("why_transfer.pair.start")
    found = [house.run(one).spec for one in house.waiting()]
    assert [spec["backbone"] for spec in found] == [nursery.name(run_id), "clothing", "grown"]
    assert [(spec["keep"], spec["freeze"]) for spec in found] == [(5, 0), (8, 0), (0, 0)]
    assert {(s["data"], s["train_size"], s["seed"]) for s in found} == {("digits", 20, 3)}


def test_a_pre_training_of_other_settings_and_its_race_say_whose_they_are(page, house):
    _, page = grown(page, house)
    page.click("why_transfer.pair.start").click("predict.why_pair.pass")
    assert not page.app.warning
    page.choose("why_transfer.pair.size", 200)
    was = i18n.t("earlier.was", "en", settings="40 pictures, 15 epochs")
    assert [was in box.value for box in page.app.warning] == [True]
    assert page.has("predict.why_pair.pass")  # of 200 digits nobody was asked yet
    page.choose(f"{PAGE}.epochs", 12)
    was = i18n.t("earlier.was", "en", settings="6,000 pictures, 6 epochs")
    assert [was in box.value for box in page.app.warning] == [True, False]


def test_the_same_settings_are_there_at_once_for_a_second_reader(page, house):
    run_id, _ = grown(page, house)
    second = Reader("why_transfer").click(f"{PAGE}.start")
    assert house.waiting() == []
    shown = second.picture(f"{PAGE}.live")
    assert ([run["id"] for run in shown["runs"]], shown["replay"]) == ([run_id], True)


def test_another_network_is_another_race(page, house):
    _, page = grown(page, house)
    page.click("predict.why_pair.pass").click("why_transfer.pair.start")
    assert page.has("why_transfer.pair.live")
    ids = house.waiting()
    for run_id in ids:
        house.finish(run_id)
    page.choose(f"{PAGE}.seed", 1)
    _, page = grown(page, house)
    assert not page.has("why_transfer.pair.live")


@pytest.mark.parametrize("language", i18n.LANGUAGES)
def test_weights_that_are_gone_are_one_sentence(house, language):
    page = Reader("why_transfer", language)
    _, page = grown(page, house, weights=False)
    assert page.errors == [i18n.t("error.backbone.gone", language)]
    assert not page.has("why_transfer.pair.start")


def test_its_cost_stands_in_the_card_with_energy_where_that_is_known(page, house):
    _, page = grown(page, house, joules=1234.5)
    mine = page.app.dataframe[0].value
    assert list(mine.iloc[0]) == [
        i18n.t("why.cost.pretraining", "en"), "36,000", "18.2 s", "1,234 J"
    ]  # fmt: skip
    # 3 x 11.5e9 x 1,281,167 over 3 x 3.45e6 x 36,000 multiply-adds.
    assert "120,000 times" in words(page)


def test_it_can_be_taken_to_the_lab(page, house):
    run_id, page = grown(page, house)
    page.click(f"{PAGE}.lab")
    page.open("fine_tune")
    assert page.draft["backbone"] == nursery.name(run_id)
    assert i18n.t("backbone.grown.about", "en") in words(page)
    page.click("fine_tune.start")
    (begun,) = house.waiting()
    assert house.run(begun).spec["backbone"] == nursery.name(run_id)
    house.finish(begun)
    for name in ("fine_tune", "runs"):
        assert page.open(name).errors == []
    assert Reader("run", cookie=page.name, id=begun).errors == []


@pytest.mark.parametrize("language", i18n.LANGUAGES)
def test_every_key_is_replaced_by_words(house, language):
    _, page = grown(Reader("why_transfer", language), house)
    page.click("predict.why_pair.pass").click("why_transfer.pair.start")
    for run_id in house.waiting():
        house.finish(run_id)
    assert [text for text in page.run().texts() if KEY.search(text)] == []
