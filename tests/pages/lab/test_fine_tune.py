"""The lab: each setting lands in the spec, and nothing is lost on the way."""

import time

import pytest

from pages.lab.fine_tune import plan as tune_plan
from pages.ui.blocks import picture as block_picture
from pages.ui.forms import clicks, draft
from tests import needs
from tests.pages.reader import Reader
from tlcore import catalog
from tlcore.ground.recipe import TransferPlan
from tlcore.ground.variants import VARIANTS
from tlcore.runs.spec import FineTuneSpec
from tlcore.words import i18n

# What a reader might turn each knob to, other than its default.
TURNED = {
    "backbone": "resnet18",
    "data": "signs",
    "train_size": 200,
    "epochs": 5,
    "batch": 8,
    "bias_correction": "off",  # before the rule that has no such averages
    "optimizer": "sgd",
    "lr": 0.002,
    "head_lr": 0.05,
    "head_start": "solved",
    "learns": "first_block",
    "unfreeze": "gradual",
    "decay_to": "start",
    "dropout": 0.3,
    "schedule": "constant",
    "layer_decay": 0.8,
    "weight_decay": 0.1,
    "label_smoothing": 0.2,
    "augment": "shift",
    "views": 8,
    "forgetting": True,
    "kept_epoch": "best",
    "patience": 3,
    "seed": 7,
    "device": "cpu",
    "precision": "fp32",
    "memory_format": "contiguous",
    "difficulty": 0.7,
    "shift": 0.5,
}
DRAWN = {"data": "signs"}  # no other kind has the two knobs
NEEDS = {  # else it rests, or is not there
    "lr": {"preset": "everything"},
    "views": {"augment": "shift"},
    "difficulty": DRAWN,
    "shift": DRAWN,
}
PLAN = ("read", "keep", "freeze")


@pytest.fixture
def lab(house):
    return Reader("fine_tune")


def started(lab, house):
    """The spec that the start button puts into the store."""
    lab.click("fine_tune.start")
    assert lab.errors == []
    return house.run(house.waiting()[-1]).spec


def test_every_field_of_a_spec_has_its_widget_or_its_place_in_the_block_picture():
    assert {*TURNED, *PLAN, "side"} == set(draft.FIELDS)  # side: of some networks, below


@pytest.mark.parametrize("field", sorted(TURNED.keys() - {"backbone"}))
def test_a_setting_lands_in_the_spec_and_moves_no_other(lab, house, field):
    before = FineTuneSpec().model_dump()
    assert before[field] != TURNED[field]
    for other, value in NEEDS.get(field, {}).items():
        before |= {"freeze": 0} if other == "preset" else {other: value}
        lab.choose(f"fine_tune.{other}", value)
    lab.choose(f"fine_tune.{field}", TURNED[field])
    assert started(lab, house) == before | {field: TURNED[field]}


@needs.imagenet
def test_a_network_that_has_a_choice_of_sides_is_asked_for_one_and_no_other_is(lab, house):
    assert not lab.has("fine_tune.side")
    lab.choose("fine_tune.backbone", "imagenet")
    assert lab.widget("fine_tune.side").value == catalog.backbone("imagenet").size
    assert started(lab, house)["side"] is None
    lab.choose("fine_tune.side", 224)
    assert started(lab, house)["side"] == 224
    lab.choose("fine_tune.side", catalog.backbone("imagenet").size)
    assert lab.state["draft"]["side"] is None  # the same run as before there was a choice
    lab.choose("fine_tune.side", 128).choose("fine_tune.backbone", "photo")
    assert not lab.has("fine_tune.side")
    assert started(lab, house)["side"] is None


@needs.imagenet
def test_a_link_brings_its_side_and_nonsense_is_told(house):
    lab = Reader("fine_tune", backbone="imagenet", side="224")
    assert started(lab, house)["side"] == 224
    told = Reader("fine_tune", backbone="imagenet", side="200").errors
    assert any("200" in text and "128, 160, 224" in text for text in told)


def test_patience_is_none_until_it_is_set_and_again_when_it_is_emptied(lab, house):
    assert lab.widget("fine_tune.patience").value is None
    lab.choose("fine_tune.patience", 5).choose("fine_tune.patience", None)
    assert started(lab, house) == FineTuneSpec().model_dump()


def test_a_number_typed_and_a_click_in_one_breath_begin_with_that_number(lab, house):
    """A browser sends both in one message: leaving the field is the click on the button."""
    lab.app.number_input(key="fine_tune.seed").set_value(41)
    assert started(lab, house)["seed"] == 41


def test_a_click_is_acted_on_once_and_not_after_the_page_was_left(lab, house):
    started(lab, house)
    lab.run()
    assert len(house.waiting()) == 1
    lab.state["fine_tune.start.noted"] = time.monotonic() - clicks.FORGOTTEN
    lab.choose("fine_tune.seed", 42)
    assert len(house.waiting()) == 1


def test_another_backbone_lands_in_the_spec_with_its_plan_in_proportion(house, on_disk):
    on_disk("resnet18")
    lab = Reader("fine_tune").choose("fine_tune.backbone", "resnet18")
    n = len(catalog.backbone("resnet18").blocks)
    assert n != 8
    spec = started(lab, house)
    assert spec["backbone"] == "resnet18"
    assert {spec[f] for f in PLAN} == {n}  # head only stays head only


def test_a_plan_keeps_its_proportions_there_and_back(lab):
    lab.choose("fine_tune.preset", "last_blocks")
    plan = {f: lab.draft[f] for f in PLAN}
    lab.choose("fine_tune.backbone", "resnet50").choose("fine_tune.backbone", "clothing")
    assert {f: lab.draft[f] for f in PLAN} == plan


@pytest.mark.parametrize("name", tune_plan.PRESETS)
@pytest.mark.parametrize("backbone", ["clothing", "resnet18"])
def test_a_preset_sets_the_plan_and_the_picture(lab, name, backbone):
    lab.choose("fine_tune.backbone", backbone)
    lab.choose("fine_tune.preset", "everything" if name == "head_only" else "head_only")
    lab.choose("fine_tune.preset", name)
    n = len(catalog.backbone(backbone).blocks)
    expected = {
        "head_only": {"read": n, "keep": n, "freeze": n},
        "last_blocks": {"read": n, "keep": n, "freeze": n - 2},
        "everything": {"read": n, "keep": n, "freeze": 0},
        "from_scratch": {"read": n, "keep": 0, "freeze": 0},
    }[name]
    assert {f: lab.draft[f] for f in PLAN} == expected
    assert lab.picture("fine_tune.blocks")["plan"] == expected
    assert lab.widget("fine_tune.preset").value == name


@pytest.mark.parametrize("learns", [name for name, row in VARIANTS.items() if row.source])
def test_a_variant_is_told_beside_the_picture_until_a_preset_says_otherwise(lab, learns):
    lab.choose("fine_tune.preset", "everything")
    whole = lab.app.metric[0].value
    lab.choose("fine_tune.learns", learns)
    told = i18n.t(f"variant.{learns}.plan", "en", block=1)
    assert told in [caption.value for caption in lab.app.caption]
    drawn = lab.picture("fine_tune.blocks")
    row = catalog.backbone(drawn["id"])
    assert drawn["blocks"] == block_picture.told(row, learns, drawn["classes"])
    assert drawn["blocks"] != block_picture.told(row, "blocks", drawn["classes"])
    fewer = lab.app.metric[0].value
    assert int(fewer.replace(",", "")) < int(whole.replace(",", ""))
    assert lab.widget("fine_tune.lr").disabled == (learns == "norm_statistics")
    lab.choose("fine_tune.preset", "last_blocks")
    assert lab.draft["learns"] == lab.widget("fine_tune.learns").value == "blocks"


def test_a_variant_stays_where_the_backbone_changes(lab):
    lab.choose("fine_tune.preset", "everything").choose("fine_tune.learns", "first_block")
    lab.choose("fine_tune.backbone", "resnet18")
    assert lab.draft["learns"] == "first_block"


def test_a_plan_drawn_by_hand_lands_in_the_spec(lab, house, monkeypatch):
    drawn = TransferPlan(6, 5, 2)
    monkeypatch.setattr(tune_plan, "blocks", lambda row, plan, **_: drawn)
    lab.run()
    assert lab.widget("fine_tune.preset").value is None
    spec = started(lab, house)
    assert tuple(spec[f] for f in PLAN) == (6, 5, 2)


def test_a_preset_tells_the_picture_to_forget_the_hand(lab):
    before = lab.picture("fine_tune.blocks")["stamp"]
    lab.choose("fine_tune.preset", "everything")
    assert lab.picture("fine_tune.blocks")["stamp"] > before


@pytest.mark.parametrize(
    ("first", "size", "then", "found"),
    [
        ("font_digits", 20_000, "garments", 6_000),  # more than there are
        ("font_digits", 20_000, "digits", 800),
        ("garments", 8, "digits", 10),  # fewer than one of each class
        ("garments", 200, "digits", 200),
    ],
)
def test_other_pictures_bring_the_size_into_range(lab, house, first, size, then, found):
    lab.choose("fine_tune.data", first).choose("fine_tune.train_size", size)
    lab.choose("fine_tune.data", then)
    assert lab.errors == []
    assert lab.widget("fine_tune.train_size").value == found
    assert started(lab, house)["train_size"] == found


def test_a_new_language_and_another_page_keep_every_setting(lab, house):
    turned = TURNED | {"forgetting": False}  # of resnet18's source no pictures may be shipped
    lab.choose("fine_tune.backbone", "resnet18").choose("fine_tune.preset", "last_blocks")
    assert lab.widget("fine_tune.forgetting").disabled
    for field, value in turned.items():
        if field != "forgetting":
            lab.choose(f"fine_tune.{field}", value)
    before = lab.draft
    assert {f: before[f] for f in turned} == turned
    lab.speak("ko")
    assert lab.draft == before
    lab.open("home").open("matrix").speak("en").open("fine_tune")
    assert lab.draft == before
    for field, value in turned.items():
        assert lab.widget(f"fine_tune.{field}").value == value, field
    assert lab.widget("fine_tune.preset").value == "last_blocks"


def test_settings_changed_after_a_run_survive_a_new_language(lab, house):
    lab.choose("fine_tune.preset", "everything")
    started(lab, house)
    lab.choose("fine_tune.epochs", 5).choose("fine_tune.lr", 0.01)
    lab.speak("ko")
    assert lab.widget("fine_tune.epochs").value == 5
    assert lab.widget("fine_tune.lr").value == 0.01


def test_the_rate_of_the_blocks_rests_where_no_block_learns(lab):
    assert lab.widget("fine_tune.lr").disabled
    lab.choose("fine_tune.preset", "everything")
    assert not lab.widget("fine_tune.lr").disabled


def test_the_correction_of_bias_rests_where_the_rule_has_no_such_averages(lab):
    assert not lab.widget("fine_tune.bias_correction").disabled
    lab.choose("fine_tune.optimizer", "sgd")
    assert lab.widget("fine_tune.bias_correction").disabled


def test_stored_views_rest_without_augmentation(lab):
    assert lab.widget("fine_tune.views").disabled
    lab.choose("fine_tune.augment", "shift")
    assert not lab.widget("fine_tune.views").disabled


def test_the_cost_follows_the_plan(lab):
    learning, total, time, memory = (m.value for m in lab.app.metric)
    head = 128 * 4 + 4
    assert (learning, total) == (f"{head:,}", lab.app.metric[1].value)
    lab.choose("fine_tune.preset", "everything")
    assert lab.app.metric[0].value == total
    assert "≈" in time
    assert "MB" in memory


def test_the_time_is_said_to_be_unknown_until_the_machine_is_measured(folder):
    lab = Reader("fine_tune")
    assert lab.app.metric[2].value == "measuring …"
    assert not lab.app.button(key="fine_tune.start").disabled
