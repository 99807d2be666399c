"""The catalogue of backbones: picture, table, one closely, speed, download and removal."""

import math
import re

import pytest

from pages.ui.charts import backbone_rows, label_places
from pages.ui.runs import fetching
from pages.ui.server import host
from tests.pages.conftest import PROFILE
from tests.pages.reader import Reader
from tests.pages.test_every_page import left_in_english
from tlcore import catalog
from tlcore.catalog import stored
from tlcore.ground import recipe
from tlcore.ground.errors import UserError
from tlcore.words import i18n


@pytest.fixture(autouse=True)
def at_the_server(monkeypatch):
    """Downloads are begun and removed by whoever sits there."""
    monkeypatch.setattr(host, "at_the_server", lambda: True)


BOTH = pytest.mark.parametrize("language", i18n.LANGUAGES)
T = i18n.texts("en")


def table(reader):
    return reader.app.dataframe[0].value


@BOTH
def test_every_backbone_is_a_row_with_numbers_as_numbers(house, language):
    reader = Reader("backbones", language)
    rows, words = table(reader), i18n.texts(language)
    assert list(rows[words["field.backbone"]]) == [
        words[f"backbone.{name}"] for name in catalog.backbones()
    ]
    for key in ("parameters.unit", "macs.column", "top1", "year", "size", "megabytes"):
        assert rows[words[f"backbones.{key}"]].dtype.kind in "if", key
    assert reader.errors == []
    if language == "ko":
        assert left_in_english(reader.texts()) == []


def test_a_known_fact_is_computed_from_the_catalogue(house):
    """He et al. 2015 give 60.2 M parameters; ImageNet accuracies of other sources stay empty."""
    rows = table(Reader("backbones")).set_index(T["field.backbone"])
    assert rows.loc[T["backbone.resnet152"], T["backbones.parameters.unit"]] == pytest.approx(
        60.19, abs=0.01
    )
    top1 = rows[T["backbones.top1"]]
    assert top1.isna()[T["backbone.clothing"]]
    assert not top1.isna()[T["backbone.resnet18"]]


@BOTH
def test_the_picture_has_words_and_a_table(house, language):
    reader = Reader("backbones", language)
    best = max(backbone_rows.compared(), key=lambda row: row.top1)
    alt = reader.widget("backbones.picture.macs").proto.alt
    assert re.split("[,(]", i18n.t(f"backbone.{best.id}", language))[0] in alt
    assert f"{best.top1:.1f}" in alt


def test_another_cost_draws_another_picture(house):
    reader = Reader("backbones").choose("backbones.axis", "parameters")
    assert reader.has("backbones.picture.parameters")
    assert not reader.has("backbones.picture.macs")
    rows = [catalog.backbone(name) for name in ("resnet18", "vgg16")]
    assert [round(backbone_rows.cost(row, "parameters")) for row in rows] == [12, 138]


@pytest.mark.parametrize("axis", backbone_rows.AXES)
def test_names_in_the_picture_lie_over_no_other_name(axis):
    rows = backbone_rows.compared()
    points = {row.id: (math.log10(backbone_rows.cost(row, axis)), row.top1) for row in rows}
    names = {row.id: backbone_rows.tag(row.id) for row in rows}
    sides = label_places.places(points, names)
    assert label_places.overlap(points, names, sides) < 80  # square px: less than a letter
    all_right = dict.fromkeys(sides, "middle right")
    assert label_places.overlap(points, names, all_right) > 200  # there is something to avoid


def test_a_name_makes_room_for_the_one_that_stands_there_already():
    points = {"one": (5.0, 50.0), "other": (5.0, 52.0), "low": (0.0, 0.0), "far": (10.0, 100.0)}
    sides = label_places.places(points, dict.fromkeys(points, "a long name"))
    assert sides["one"] != sides["other"]


def test_a_family_is_told_by_its_symbol(monkeypatch):
    monkeypatch.setattr(backbone_rows, "T", T.__getitem__)
    traces = backbone_rows.figure(backbone_rows.compared(), "macs")["data"]
    drawn = [trace["marker"]["symbol"] for trace in traces]
    symbols = [{one.removesuffix("-open") for one in some} for some in drawn]
    assert all(len(some) == 1 for some in symbols)
    assert len(set.union(*symbols)) == len({row.family for row in backbone_rows.compared()})


def test_weights_of_another_recipe_are_hollow_and_named(house, monkeypatch):
    rows = table(Reader("backbones")).set_index(T["field.backbone"])[T["backbones.recipe"]]
    assert rows[T["backbone.resnet18"]] == T["recipe.simple"]
    assert rows[T["backbone.resnet50"]] == T["recipe.newer"]
    assert rows.isna()[T["backbone.clothing"]]
    monkeypatch.setattr(backbone_rows, "T", T.__getitem__)
    traces = backbone_rows.figure(backbone_rows.compared(), "macs")["data"]
    resnets = next(trace for trace in traces if trace["name"] == "ResNet")
    hollow = [one.endswith("-open") for one in resnets["marker"]["symbol"]]
    assert dict(zip(resnets["text"], hollow, strict=True)) == {
        "ResNet-18": True,
        "ResNet-50": False,
        "ResNet-152": False,
    }


@BOTH
def test_one_backbone_closely(house, language):
    reader = Reader("backbones", language).choose("backbones.row", "vit_b_16")
    row = catalog.backbone("vit_b_16")
    picture = reader.picture("backbones.blocks.vit_b_16")
    assert [b["name"] for b in picture["blocks"]] == [b.name for b in row.blocks]
    assert picture["disabled"] is True
    assert f"{row.whole:,}" in [m.value for m in reader.app.metric]
    assert i18n.texts(language)["backbone.vit_b_16.about"] in reader.markdown()
    assert reader.errors == []


def test_the_choice_survives_another_page_and_a_new_language(house):
    reader = Reader("backbones").choose("backbones.row", "swin_t").open("home")
    reader.open("backbones").speak("ko")
    assert reader.widget("backbones.row").value == "swin_t"


@BOTH
def test_a_speed_that_is_known_is_told(house, language):
    reader = Reader("backbones", language)
    told = i18n.t(
        "backbones.speed.told",
        language,
        device="CPU",
        look="5,000",  # 0.2 ms a picture
        learn="1,667",
        n="1,000",
        head=i18n.t("span.seconds", language, n="0.2"),
        epoch=i18n.t("span.seconds", language, n="0.6"),
    )
    assert told in reader.markdown()
    assert table(reader)[i18n.texts(language)["backbones.speed"]][0] == 5000


def test_a_speed_that_is_not_known_is_measured_by_a_click(house):
    reader = Reader("backbones").choose("backbones.row", "swin_t")
    assert waiting(house) == []  # only to look measures nothing
    reader.click("backbones.measure")
    [run_id] = waiting(house)
    assert house.run(run_id).spec["backbone"] == "swin_t"
    assert not reader.has("backbones.measure")
    house.queue.start(run_id)
    house.store.save_profile("swin_t", PROFILE)
    house.queue.end(run_id, "finished")
    assert "5,000" in reader.run().markdown()


@BOTH
def test_a_measurement_that_fails_says_so_and_can_be_tried_again(house, language):
    reader = Reader("backbones", language).choose("backbones.row", "swin_t")
    reader.click("backbones.measure")
    house.fail(waiting(house)[0], "run.bug", log="/x/worker.log")
    told = i18n.tell(UserError("run.bug", log="/x/worker.log"), language)
    assert reader.run().errors == [told]
    reader.click("backbones.measure")
    assert len(waiting(house)) == 1


def waiting(house):
    """Measurements that wait; they belong to no reader."""
    return [ticket.id for ticket in house.queue.tickets()]


@BOTH
def test_what_is_not_here_is_offered_and_its_download_has_a_bar(house, language):
    reader = Reader("backbones", language).choose("backbones.row", "resnet18")
    assert not reader.has("backbones.lab")
    reader.click("fetch.resnet18.start")
    [run_id] = house.waiting()
    assert house.run(run_id).spec == {"kind": "fetch", "what": "backbone", "name": "resnet18"}
    house.queue.start(run_id)
    row = {"kind": "progress", "stage": "download", "file": "x", "done": 2**20, "of": 2**22}
    house.store.append(run_id, 1, 0, [{**row, "t": 1.0}])
    [bar] = [node for node in reader.run().nodes() if node.type == "progress"]
    assert bar.proto.value == 25
    assert i18n.t("fetch.at.download", language, done=1, of=4) in bar.proto.text


def test_a_download_is_left_and_begun_again(house):
    reader = Reader("backbones").choose("backbones.row", "resnet18").click("fetch.resnet18.start")
    [run_id] = house.waiting()
    reader.click("fetch.resnet18.stop")
    assert house.run(run_id).stopping
    house.queue.end(run_id, "cancelled")
    reader.run().click("fetch.resnet18.start")
    assert len(house.waiting()) == 1


@BOTH
@pytest.mark.parametrize(
    ("key", "values"),
    [
        ("download.no_network", {"file": "resnet18.pth", "host": "example.org"}),
        ("download.refused", {"file": "resnet18.pth", "host": "example.org", "code": 503}),
        ("download.wrong_answer", {"file": "resnet18.pth", "host": "example.org"}),
        ("store.full", {"path": "/x", "free_mb": 0}),
    ],
)
def test_a_download_that_fails_says_why_and_can_be_tried_again(house, language, key, values):
    reader = Reader("backbones", language).choose("backbones.row", "resnet18")
    reader.click("fetch.resnet18.start")
    house.fail(house.waiting()[0], key, **values)
    assert reader.run().errors == [i18n.tell(UserError(key, **values), language)]
    reader.click("fetch.resnet18.start")
    assert len(house.waiting()) == 1
    assert reader.errors == []


def test_what_is_here_can_be_used_removed_and_downloaded_once_more(house, on_disk):
    reader = Reader("backbones").choose("backbones.row", "resnet18").click("fetch.resnet18.start")
    file = on_disk("resnet18")
    house.answer(house.waiting()[0], what="backbone", name="resnet18", already=False, bytes=7)
    assert not reader.run().has("fetch.resnet18.start")
    assert reader.has("backbones.lab")
    rows = table(reader).set_index(T["field.backbone"])
    assert rows.loc[T["backbone.resnet18"], T["backbones.where"]] == T["backbones.where.here"]
    reader.click("fetch.resnet18.remove")
    assert not file.exists()
    reader.click("fetch.resnet18.start")  # the recorded run made what is there no more
    assert len(house.waiting()) == 1


def test_a_visitor_neither_downloads_nor_removes(house, on_disk, monkeypatch):
    file = on_disk("resnet18")
    monkeypatch.setattr(host, "at_the_server", lambda: False)
    reader = Reader("backbones").choose("backbones.row", "resnet18")
    assert not reader.has("fetch.resnet18.remove")
    fetching._remove("resnet18")  # a press that somebody made up
    assert file.exists()
    reader.choose("backbones.row", "swin_t")
    assert not reader.has("fetch.swin_t.start")
    assert T["fetch.offer.host"] in reader.texts()
    fetching._begin(fetching.spec_of("swin_t"))
    assert house.waiting() == []


@BOTH
def test_what_cannot_be_removed_is_told(house, on_disk, language, monkeypatch):
    on_disk("resnet18")
    reader = Reader("backbones", language).choose("backbones.row", "resnet18")

    def busy(name):
        raise UserError("download.running", name=name)

    monkeypatch.setattr(stored, "remove", busy)
    reader.click("fetch.resnet18.remove")
    told = i18n.tell(UserError("download.running", name="resnet18"), language)
    assert reader.errors == [told]


def test_nothing_is_offered_of_what_is_built_in(house):
    reader = Reader("backbones").choose("backbones.row", "clothing")
    assert not reader.has("fetch.clothing.start")
    assert not reader.has("fetch.clothing.remove")


def test_a_backbone_goes_to_the_lab_with_a_head_to_train(house):
    reader = Reader("backbones").choose("backbones.row", "clothing").click("backbones.lab")
    assert reader.app.title[0].value == T["lab.title"]
    plan = recipe.head_only(len(catalog.backbone("clothing").blocks))
    found = {name: reader.draft[name] for name in ("backbone", "read", "keep", "freeze")}
    wanted = {"read": plan.read, "keep": plan.keep, "freeze": plan.freeze}
    assert found == {"backbone": "clothing", **wanted}
