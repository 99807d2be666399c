"""Four ways to learn from too few pictures: what each is, how it is recorded, what it decides."""

from __future__ import annotations

import json

import pytest

from tests.tlcore import toy
from tlcore.data import sets
from tlcore.experiments.break_it import arms as break_arms
from tlcore.experiments.break_it import command, mishaps
from tlcore.experiments.break_it import run as break_run
from tlcore.experiments.break_it.arms import ARMS, STARTS, WHATS, Arms
from tlcore.experiments.break_it.spec import BreakSpec
from tlcore.ground.recipe import from_scratch
from tlcore.networks import backbones
from tlcore.training.engine import digest
from tlcore.training.transfer import plan as plans
from tlcore.words import i18n


def arms(random, random_head, everything, head, asked=1_000):
    """Scores of three seeds around these."""
    middles = dict(zip(ARMS, (random, random_head, everything, head), strict=True))
    scores = {place: [m - 0.005, m, m + 0.005] for place, m in middles.items()}
    return Arms(scores, dict.fromkeys(ARMS, 100), asked, 0.1, {})


@pytest.fixture
def toys(monkeypatch):
    monkeypatch.setattr(backbones, "build", lambda name: toy.backbone())
    monkeypatch.setattr(
        sets, "load", lambda name, size, seed, knobs: toy.images(train=size, seed=seed)
    )


def test_the_four_arms_change_the_start_and_what_learns_one_at_a_time():
    told = {place: break_arms.settings(arm) for place, arm in ARMS.items()}
    assert told["random", "everything"] == mishaps.settings("too_little", False)
    assert told["pretrained", "head"] == mishaps.settings("too_little", True)
    pictures = [{k: t[k] for k in ("data", "train_size", "epochs", "batch")} for t in told.values()]
    assert pictures == [pictures[0]] * 4
    specs = [BreakSpec(**each) for each in told.values()]
    assert len({spec.learns for spec in specs}) == 4


def test_a_head_on_random_blocks_learns_alone_and_the_blocks_are_those_of_the_broken_run(
    toys, tmp_path
):
    def run(arm):
        asked = BreakSpec(**break_arms.settings(arm) | {"train_size": 30, "epochs": 2})
        *_, result = break_run.rows(asked, tmp_path, tmp_path)
        return result

    random_head, scratch, head_only = (run(arm) for arm in ("random_head", "scratch", "head_only"))
    assert random_head["learning"] == head_only["learning"] < scratch["learning"]
    assert random_head["weights"]["before"] == random_head["weights"]["after"]  # frozen
    assert random_head["weights"]["before"] == scratch["weights"]["before"]
    assert random_head["weights"]["before"] != head_only["weights"]["before"]


def test_untaught_blocks_leave_the_backbone_as_it_was(toys):
    taught = toy.backbone()
    before = digest.of_module(taught.blocks)
    found = break_run.untaught(taught, 3)
    assert digest.of_module(taught.blocks) == before
    blocks, _ = plans.assemble(taught, from_scratch(4), 2, 3)
    assert digest.of_module(found.blocks) == digest.of_module(blocks)
    assert found.weights_sha256 == "random"


@pytest.mark.parametrize(
    ("scores", "cause"),
    [
        ((0.5, 0.5, 0.77, 0.72), "start"),  # as it was measured: fewer weights help nowhere
        ((0.5, 0.6, 0.7, 0.8), "both"),
        ((0.5, 0.8, 0.5, 0.8), "weights"),
        ((0.5, 0.6, 0.7, 0.6), "open"),  # the start helps with all weights only
        ((0.5, 0.5, 0.5, 0.5), "open"),
    ],
)
def test_the_cause_is_what_helps_wherever_it_is_changed_alone(scores, cause):
    assert arms(*scores).cause == cause
    assert all(i18n.t(f"break.arms.so.{cause}", language) for language in i18n.LANGUAGES)


def test_differences_are_paired_by_seed():
    found = arms(0.5, 0.52, 0.77, 0.72)
    assert found.of_start("head").mean == pytest.approx(0.2)
    assert found.of_weights("pretrained").mean == pytest.approx(-0.05)
    assert found.of_weights("pretrained").word == "behind"
    assert found.of_start("head").half < 0.005  # every pair says the same


@pytest.fixture
def made(monkeypatch):
    asked = []

    def rows(spec, data_dir, folder):
        asked.append((spec.learns, spec.seed))
        new = {"scratch": 0.5, "random_head": 0.51, "everything": 0.77, "head_only": 0.72}
        end = {"again": 1.0, "new": new[spec.learns] + 0.01 * (spec.seed % 2)}
        yield {"asked": 150, "chance": 0.1, "learning": 7, "end": end}

    monkeypatch.setattr(break_run, "rows", rows)
    return asked


def test_a_recording_goes_on_and_is_quoted_once_every_arm_has_the_same_seeds(made, tmp_path):
    file = tmp_path / "break_arms.json"
    recording = command.measure_arms(file, 2)
    for _ in range(5):
        next(recording)
    recording.close()
    assert break_arms.known(file) is None  # the second seed is not whole
    list(command.measure_arms(file, 2))
    assert len(made) == len(set(made)) == 8
    found = break_arms.known(file)
    assert (found.seeds, found.asked, found.chance) == (2, 150, 0.1)
    assert found.scores["random", "head"] == [0.51, 0.52]


def test_other_settings_and_other_weights_are_not_quoted(made, tmp_path, monkeypatch):
    file = tmp_path / "break_arms.json"
    list(command.measure_arms(file, 2))
    written = file.read_text()
    found = json.loads(written)
    found["conditions"]["backbones"]["clothing"] = "other"
    file.write_text(json.dumps(found))
    assert break_arms.known(file) is None
    file.write_text(written)
    changed = mishaps.Mishap({"train_size": 50}, {"learns": "scratch"}, {"learns": "head_only"})
    monkeypatch.setattr(mishaps, "MISHAPS", dict(mishaps.MISHAPS) | {"too_little": changed})
    assert break_arms.known(file) is None
    list(command.measure_arms(file, 2))
    assert break_arms.known(file).seeds == 2
    assert len(made) == 16


def test_the_command_records_the_arms_beside_the_faults(made, tmp_path, monkeypatch):
    monkeypatch.setattr(command, "measure", lambda *told: [])
    monkeypatch.setattr(command, "table", lambda found: "")
    words = ["--seeds", "2", "--file", str(tmp_path / "break_it.json")]
    assert command.main([*words, "--faults", "rate"]) == 0
    assert not made
    assert command.main([*words, "--faults", "too_little"]) == 0
    assert break_arms.known(tmp_path / "break_arms.json").seeds == 2


def test_what_the_lesson_says_is_what_was_recorded():
    """Ten seeds: the pre-trained start helps with few and with all weights, fewer help nowhere."""
    found = break_arms.known()
    assert found.seeds >= 10
    assert found.cause == "start"
    assert [found.of_start(what).word for what in WHATS] == ["ahead", "ahead"]
    assert [found.of_weights(start).word for start in STARTS] == ["open", "behind"]
    for language, words in (("en", "a head alone on *random* frozen"), ("ko", "*무작위* 블록")):
        assert words in " ".join(i18n.lesson("break_it.limits", language).split())


def test_where_the_rate_goes_with_the_start_it_is_said():
    """The random blocks that learn have a rate of their own; a frozen block has none."""
    rates = {place: settings["lr"] for place, settings in _specs().items()}
    assert rates["random", "everything"] != rates["pretrained", "everything"]
    assert len({settings["head_lr"] for settings in _specs().values()}) == 1
    for language, word in (("en", "rate"), ("ko", "학습률")):
        said = i18n.texts(language)
        assert word in said["break.arms.start.everything"].split(")")[0]
        assert word not in said["break.arms.start.head"]


def _specs():
    return {
        place: BreakSpec(**break_arms.settings(arm)).model_dump() for place, arm in ARMS.items()
    }
