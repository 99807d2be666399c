"""Pictures turned, and a network that learns by how much: no label of anybody's is touched."""

import pytest
import torch

from tests.tlcore import toy
from tlcore.experiments.kinds.run import rotation
from tlcore.training import class_scores
from tlcore.words import i18n


def upright(n, px=8, seed=0):
    """Bright at the top, noise elsewhere: whoever finds the bright side knows the turn."""
    x = 0.1 * torch.randn(n, 1, px, px, generator=torch.Generator().manual_seed(seed))
    x[:, :, : px // 2] += 1
    return x


def test_four_turns_against_the_clock_each_with_its_label():
    x = torch.arange(4.0).view(1, 1, 2, 2)  # 0 1 / 2 3
    views, turns = rotation.turned(x)
    assert turns.tolist() == [0, 1, 2, 3]
    assert views[1, 0].tolist() == [[1, 3], [0, 2]]
    assert views[2, 0].tolist() == [[3, 2], [1, 0]]
    many, labels = rotation.turned(torch.cat([x, x + 4]))
    assert labels.tolist() == [0, 0, 1, 1, 2, 2, 3, 3]
    torch.testing.assert_close(many[3], torch.rot90(x[0] + 4, 1, (1, 2)))


def test_guessing_a_turn_is_right_one_time_in_four_as_the_page_says():
    """Each picture is asked in all its turns, so none is more frequent than another."""
    _, labels = rotation.turned(torch.zeros(7, 1, 4, 4))
    chance = class_scores.commonest(labels.tolist())
    assert chance == 1 / rotation.TURNS
    for language in i18n.LANGUAGES:
        assert f"{chance:.0%}" in i18n.texts(language)["kinds.turns.told"]


def test_hiding_the_middle_and_the_border_share_nothing():
    x = torch.arange(100.0).view(1, 1, 10, 10)
    middle, border = (rotation.hidden(x, part) for part in ("middle", "border"))
    mean = x.mean()
    assert (middle[0, 0, 2:8, 2:8] == mean).all()
    torch.testing.assert_close(middle[0, 0, :2], x[0, 0, :2])
    torch.testing.assert_close(border[0, 0, 2:8, 2:8], x[0, 0, 2:8, 2:8])
    assert (border[0, 0, :, 0] == mean).all()


def test_a_move_repeats_the_edge_and_keeps_the_size():
    x = torch.arange(36.0).view(1, 1, 6, 6)
    found = {rotation.moved(x, torch.Generator().manual_seed(s)).sum().item() for s in range(20)}
    assert len(found) > 5
    moved = rotation.moved(x, torch.Generator().manual_seed(3))
    assert moved.shape == x.shape
    assert set(moved.flatten().tolist()) <= set(x.flatten().tolist())


@pytest.fixture
def network():
    backbone = toy.backbone()
    torch.manual_seed(0)
    return backbone, torch.nn.Linear(int(backbone.channels[-1]), rotation.TURNS)


def test_it_learns_the_turn_of_pictures_that_have_an_up(network):
    steps = list(rotation.learn(*network, upright(96), epochs=12, seed=0))
    assert [s.done for s in steps] == list(range(1, 37))
    assert {s.of for s in steps} == {36}
    assert steps[-1].loss < steps[0].loss
    right = rotation.named(*network, upright(20, seed=1))
    assert right.shape == (20, 4)
    assert right.sum() > 70


def test_it_cannot_learn_what_has_no_answer(network):
    noise = torch.randn(96, 1, 8, 8, generator=torch.Generator().manual_seed(0))
    list(rotation.learn(*network, noise, epochs=4, seed=0))
    other = torch.randn(200, 1, 8, 8, generator=torch.Generator().manual_seed(1))
    assert abs(rotation.named(*network, other).mean() - 0.25) < 0.08


def test_the_turns_of_a_picture_stand_in_its_row(network, monkeypatch):
    """A head that always says "upright": the first turn of each picture is right, no other."""
    backbone, head = network
    with torch.no_grad():
        head.weight.zero_()
        head.bias.copy_(torch.tensor([1.0, 0, 0, 0]))
    right = rotation.named(backbone, head, upright(130))
    assert right.tolist() == [[1, 0, 0, 0]] * 130


def test_the_same_seed_learns_the_same_weights():
    ends = []
    for seed in (0, 0, 1):
        backbone = toy.backbone()
        torch.manual_seed(0)
        head = torch.nn.Linear(int(backbone.channels[-1]), rotation.TURNS)
        list(rotation.learn(backbone, head, upright(64), 1, seed))
        ends.append(head.weight.detach().clone())
    torch.testing.assert_close(ends[0], ends[1], rtol=0, atol=0)
    assert not torch.equal(ends[0], ends[2])
