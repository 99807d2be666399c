"""Views: the same number shows the same picture; pixels move, none is invented."""

from __future__ import annotations

import pytest
import torch

from tests.tlcore import toy
from tlcore.ground.recipe import Recipe, everything, from_block, head_only
from tlcore.training.engine import augment, train

IMAGES = torch.randint(
    0, 256, (20, 3, 28, 28), dtype=torch.uint8, generator=torch.Generator().manual_seed(0)
)
ALL = torch.arange(20)


def show(view, how="shift_flip", picks=ALL, seed=0):
    return augment.show(IMAGES, picks, torch.full_like(picks, view), how, seed, 28)


def moved_by_hand(image, down, right, mirrored):
    """Each pixel looked up in a loop; what a shift uncovers repeats the edge."""
    size = image.shape[-1]
    out = torch.empty_like(image)
    for y in range(size):
        for x in range(size):
            from_y = min(max(y - down, 0), size - 1)
            from_x = min(max(x - right, 0), size - 1)
            from_x = size - 1 - from_x if mirrored else from_x
            out[:, y, x] = image[:, from_y, from_x]
    return out


@pytest.mark.parametrize("how", ["shift", "shift_flip"])
def test_each_picture_is_shifted_and_mirrored_as_drawn(how):
    shown = show(1, how)
    draws = augment._draws(0, 1, 20, 28).tolist()
    for number, (down, right, mirrored) in enumerate(draws):
        expected = moved_by_hand(IMAGES[number], down, right, mirrored and how == "shift_flip")
        assert torch.equal(shown[number], expected)


def test_shifts_reach_two_pixels_at_28_and_in_proportion():
    draws = augment._draws(0, 0, 5000, 28)
    assert draws[:, :2].unique().tolist() == [-2, -1, 0, 1, 2]
    assert draws[:, 2].float().mean().item() == pytest.approx(0.5, abs=0.03)
    assert [augment.reach(size) for size in (8, 28, 64, 224)] == [1, 2, 5, 16]


def test_a_part_has_at_least_half_the_area_lies_inside_and_is_mirrored_half_the_time():
    parts = augment._parts(0, 0, 5000)
    wide, high = parts[:, 0, 0].abs(), parts[:, 1, 1]
    assert torch.equal(parts[:, 0, 1] + parts[:, 1, 0], torch.zeros(5000))
    assert 0.5 - 1e-4 < (wide * high).min() < 0.51
    assert (wide * high).max() > 0.98
    assert ((wide / high) > 3 / 4 - 1e-4).all()
    assert ((wide / high) < 4 / 3 + 1e-4).all()
    assert (parts[:, 0, 2].abs() + wide <= 1 + 1e-6).all()
    assert (parts[:, 1, 2].abs() + high <= 1 + 1e-6).all()
    assert (parts[:, 0, 0] < 0).float().mean().item() == pytest.approx(0.5, abs=0.03)


def test_the_part_that_is_shown_is_the_one_that_was_drawn():
    """In a picture whose pixels tell their own place: columns rise by 4, rows by 2."""
    row, column = torch.meshgrid(torch.arange(60), torch.arange(60), indexing="ij")
    place = torch.stack([4 * column, 2 * row, 0 * row]).to(torch.uint8)[None].expand(20, -1, -1, -1)
    shown = augment.show(place, ALL, torch.full_like(ALL, 1), "crop_flip", 0, 60)
    parts = augment._parts(0, 1, 20)
    middle = shown[:, :, 29:31, 29:31].mean((2, 3))
    torch.testing.assert_close(middle[:, 0], 4 * (parts[:, 0, 2] * 30 + 29.5), atol=1, rtol=0)
    torch.testing.assert_close(middle[:, 1], 2 * (parts[:, 1, 2] * 30 + 29.5), atol=1, rtol=0)
    span = shown[:, 0, 30, 49] - shown[:, 0, 30, 10]
    torch.testing.assert_close(span, 4 * 39 * parts[:, 0, 0], atol=3, rtol=0)


@pytest.mark.parametrize("how", ["shift_flip", "crop_flip"])
def test_a_view_depends_on_its_number_and_the_picture_not_on_the_batch(how):
    some = torch.tensor([7, 3, 11])
    assert torch.equal(show(2, how, picks=some), show(2, how)[some])
    assert not torch.equal(show(2, how), show(3, how))
    assert not torch.equal(show(2, how), show(2, how, seed=1))


def test_nothing_moves_without_augmentation():
    assert torch.equal(show(4, "none"), IMAGES)


def test_uint8_stays_uint8_and_the_originals_stay():
    before = IMAGES.clone()
    assert show(1).dtype == torch.uint8
    assert torch.equal(before, IMAGES)


def test_every_picture_walks_through_all_stored_views():
    picks = torch.arange(6)
    seen = torch.stack([augment.view_numbers(picks, epoch, 3) for epoch in (1, 2, 3)])
    assert torch.equal(seen.sort(0).values, torch.arange(3)[:, None].expand(3, 6))
    assert torch.equal(augment.view_numbers(picks, 4, 3), augment.view_numbers(picks, 1, 3))


def test_without_a_frozen_prefix_each_epoch_draws_afresh():
    picks = torch.arange(3)
    assert augment.view_numbers(picks, 1, 0).tolist() == [0, 0, 0]
    assert augment.view_numbers(picks, 9, 0).tolist() == [8, 8, 8]


@pytest.mark.parametrize(
    ("plan", "how", "views"),
    [
        (head_only(4), "none", 1),
        (head_only(4), "shift", 2),
        (from_block(3, 4), "shift_flip", 2),
        (everything(4), "shift", 0),
        (everything(4), "none", 1),
    ],
)
def test_the_start_row_says_how_many_views_are_stored(plan, how, views):
    recipe = Recipe(epochs=3, batch=8, augment=how, views=2)
    assert next(train(toy.backbone(), toy.images(), plan, recipe))["views"] == views


def test_no_more_views_are_stored_than_there_are_epochs():
    recipe = Recipe(epochs=2, batch=8, augment="shift", views=4)
    assert next(train(toy.backbone(), toy.images(), head_only(4), recipe))["views"] == 2


def test_augmentation_changes_what_is_learned_but_not_what_is_judged():
    plain = list(train(toy.backbone(), toy.images(), everything(4), Recipe(epochs=1, batch=8)))
    recipe = Recipe(epochs=1, batch=8, augment="shift")
    shifted = list(train(toy.backbone(), toy.images(), everything(4), recipe))
    assert plain[1]["val_loss"] == shifted[1]["val_loss"]
    assert plain[2]["loss"] != shifted[2]["loss"]
