"""Own pictures as a data set: squares, three fixed splits, training pictures by seed."""

import dataclasses

import numpy as np
import pytest
import torch
from PIL import Image

from tests.hostile.pictures import photo, saved
from tlcore.catalog import own
from tlcore.data import sets
from tlcore.data.own import own_edit, own_pictures
from tlcore.ground import machine
from tlcore.ground.errors import UserError
from tlcore.ground.recipe import Compute
from tlcore.runs import spec, worker


def same(one, other):
    return torch.equal(one.images, other.images) and torch.equal(one.labels, other.labels)


def test_shapes_labels_and_names(own_house):
    own_house.fill(cat=10, dog=5)
    found = sets.load(own_house.name, 6, seed=3)
    assert found.classes == ("cat", "dog")
    assert found.train.images.shape == (6, 3, 160, 160)
    assert found.train.images.dtype == torch.uint8
    assert found.train.labels.bincount().tolist() == [3, 3]
    assert found.val.labels.tolist() == found.test.labels.tolist() == [0, 0, 1]


def test_a_seed_draws_training_pictures_only_and_the_same_ones_again(own_house):
    own_house.fill(cat=20, dog=20)
    one, again, other = (sets.load(own_house.name, 8, seed) for seed in (0, 0, 1))
    assert one.sha256 == again.sha256
    assert same(one.val, other.val)
    assert same(one.test, other.test)
    assert not torch.equal(one.train.images, other.train.images)


def test_no_picture_is_in_two_splits(own_house):
    own_house.fill(cat=15, dog=9)
    found = sets.load(own_house.name, own.row(own_house.name).train_pool)
    seen = [t.numpy().tobytes() for s in (found.train, found.val, found.test) for t in s.images]
    assert len(seen) == len(set(seen)) == 24


def test_the_middle_square_is_taken_and_labels_follow_the_classes(own_house):
    wide = photo(1, 320, 160)
    wide.paste((250, 0, 0), (0, 0, 70, 160))
    own_house.take(("cat", "wide.png", saved(wide, "PNG")))
    file = own.folder(own_house.name) / own_house.set.pictures[0].file
    square = own_pictures.square(file)
    assert square.shape == (3, 160, 160)
    middle = np.asarray(photo(1, 320, 160))[:, 80:240].transpose(2, 0, 1).astype(int)
    assert np.abs(square.astype(int) - middle).mean() < 8  # the red edge is cut off


def test_moving_a_picture_moves_its_label(own_house):
    own_house.fill(cat=6, dog=6)
    before = sets.load(own_house.name, 4)
    cat, dog = own_house.set.classes
    own_edit.move(own_house.name, "ada", [own_house.set.of(cat.id)[0].file], dog.id)
    assert sets.load(own_house.name, 4).sha256 != before.sha256


@pytest.mark.parametrize("size", [1, 7, 10_000])
def test_more_or_fewer_pictures_than_there_are_is_told(own_house, size):
    own_house.fill(cat=5, dog=5)
    with pytest.raises(UserError, match="spec.train_size") as told:
        sets.load(own_house.name, size)
    assert told.value.values == {"low": 2, "high": 6, "given": size}


def test_pictures_that_go_while_a_run_begins_are_told_as_gone(own_house):
    found = own_house.fill(cat=5, dog=5)
    for picture in found.pictures:
        (own.folder(found.id) / picture.file).unlink()
    with pytest.raises(UserError, match="data.gone"):
        sets.load(found.id, 4)


def test_a_set_that_changed_while_its_run_waited_is_not_trained_under_the_old_name(own_house):
    own_house.fill(cat=6, dog=6)
    asked, compute = spec.FineTuneSpec(data=own_house.name, train_size=4), Compute()
    name = spec.hash_of(asked, compute, machine.name())
    job = {"compute": dataclasses.asdict(compute), "hash": name, "spec": asked.model_dump()}
    worker._check_own_pictures(asked, job)
    worker._check_own_pictures(
        spec.FineTuneSpec(), {**job, "hash": "another"}
    )  # not a reader's own
    cat, dog = own_house.set.classes
    own_edit.rename(own_house.name, "ada", cat.id, "tiger")  # names do not train
    worker._check_own_pictures(asked, job)
    own_edit.move(own_house.name, "ada", [own_house.set.of(cat.id)[0].file], dog.id)
    with pytest.raises(UserError) as caught:
        worker._check_own_pictures(asked, job)
    assert caught.value.key == "own.changed"


@pytest.mark.parametrize(("asked", "given"), [(None, 160), (128, 160), (224, 224), (260, 256)])
def test_squares_are_as_fine_as_the_network_asks_for_and_never_coarser_than_usual(
    own_house, asked, given
):
    own_house.fill(cat=5, dog=5)
    found = sets.load(own_house.name, 4, side=asked)
    assert found.train.images.shape[2:] == found.test.images.shape[2:] == (given, given)


def test_a_larger_square_shows_what_a_smaller_one_has_lost(own_house):
    """A board of 2 px fields, kept whole: at 256 px its fields are there, at 160 px they blur."""
    board = np.kron(np.indices((128, 128)).sum(0) % 2, np.ones((2, 2))) * 255
    own_house.take(("cat", "board.png", saved(Image.fromarray(board.astype(np.uint8)), "PNG")))
    file = own.folder(own_house.name) / own_house.set.pictures[0].file
    contrast = {side: own_pictures.square(file, side).std() for side in (160, 256)}
    assert contrast[256] > 1.5 * contrast[160]
