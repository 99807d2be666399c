"""What an untouched network knows of classes that are among its 1,000: masked, by hand, refused."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from torch.nn import functional as F

from tests import needs
from tests.hostile.pictures import photo, saved
from tlcore.data import sets
from tlcore.experiments.already import run
from tlcore.experiments.already.spec import AlreadySpec
from tlcore.ground.errors import UserError
from tlcore.networks.backbone import prepare
from tlcore.networks.vision import lite_models
from tlcore.words import i18n, thousand

pytestmark = pytest.mark.usefixtures("unhurried")


def test_only_what_means_a_class_counts_and_its_names_count_together():
    """Probabilities .5, .3, .2 on 7, 8, 9: alone 7 leads, together 8 and 9 are as likely."""
    logits = torch.full((2, 1000), 5.0)
    logits[0, [7, 8, 9]] = torch.tensor([0.45, 0.3, 0.25]).log()
    logits[1, [7, 8, 9]] = torch.tensor([0.55, 0.3, 0.15]).log()
    assert run.among(logits, ((7,), (8, 9))).tolist() == [1, 0]
    assert run.among(logits, ((8,), (), (7,))).tolist() == [1, 1]  # places among those meant


@needs.imagenet
def test_the_answers_are_those_of_numpy_on_the_test_pictures_of_the_set(own_house, tmp_path):
    own_house.fill(cat=10, thing=10, dog=10)
    meant = ((281, 282), (), (207,))
    *_, result = run.rows(AlreadySpec(data=own_house.name, meant=meant), tmp_path, tmp_path)
    test = sets.load(own_house.name, 3).test
    model = lite_models.MODELS["imagenet"]
    blocks = lite_models.build("imagenet", True, 0).blocks.eval()
    with torch.no_grad():
        logits = F.linear(
            blocks(prepare(test.images, model.INPUT)).mean((2, 3)), *model.classifier()
        ).numpy()
    shares = np.exp(logits - logits.max(1, keepdims=True))
    said = np.where(shares[:, [281, 282]].sum(1) > shares[:, 207], 0, 2)
    asked = np.isin(test.labels.numpy(), (0, 2))
    right = (said == test.labels.numpy()) & asked
    assert (result["right"], result["of"]) == (right.sum(), asked.sum() == 4 and 4)
    assert [one["class"] for one in result["each"]] == [0, 2]
    assert sum(one["of"] for one in result["each"]) == result["of"]
    assert result["interval"][0] <= result["right"] / result["of"] <= result["interval"][1]


@pytest.mark.parametrize(
    ("meant", "key"),
    [
        (((1,), (2,), (3,)), "already.classes"),
        (((1,), ()), "already.apart"),
        (((1, 2), (2,)), "already.apart"),
    ],
)
def test_names_that_tell_nothing_apart_are_refused(own_house, meant, key):
    own_house.take(*(("cat", f"{n}.jpg", saved(photo(n))) for n in range(4)))
    own_house.take(*(("dog", f"{n}.jpg", saved(photo(50 + n))) for n in range(4)))
    with pytest.raises(UserError) as caught:
        AlreadySpec(data=own_house.name, meant=meant)
    assert key in [problem for problem, _ in caught.value.values["problems"]]


@pytest.mark.parametrize(
    ("word", "meant"),
    [
        ("ant", [310]),  # and neither the elephant nor the ant's kin
        ("Bee", [309]),
        ("개미", [310]),
        ("벌", [309]),
        ("코끼리", [101, 385, 386]),
        ("개", []),  # though many names end with this syllable
        ("coffee mug", [504]),
        ("ants", [310]),
        ("Bees", [309]),
        ("", []),
        ("zzz", []),
    ],
)
def test_a_word_means_the_classes_that_are_called_so(word, meant):
    assert thousand.meaning(word) == meant


def test_a_last_word_will_do_where_nothing_has_the_whole_name():
    found = {i18n.t(f"imagenet.{n}", "en") for n in thousand.meaning("guitar")}
    assert found == {"acoustic guitar", "electric guitar"}
    assert set(thousand.meaning("guitar")) <= set(thousand.having("GUITAR"))
