"""What each objective predicts, and that no prediction has seen its answer."""

from __future__ import annotations

import math

import pytest
import torch
from torch.nn import functional as F

from tlcore.data.texts.reading import CLS, MASK, PAD, SEP
from tlcore.data.texts.tokenizer import ENTRIES
from tlcore.networks.language import gaps, objectives, small
from tlcore.networks.language.objectives import WORDS


def dice(seed: int = 0) -> torch.Generator:
    return torch.Generator().manual_seed(seed)


@pytest.fixture
def ids() -> torch.Tensor:
    """Six texts of 12 pieces, two of them shorter."""
    rows = torch.randint(30, ENTRIES, (6, 12), generator=dice(3))
    rows[:, 0], rows[:, -1] = CLS, SEP
    rows[1, 8:], rows[1, 7] = PAD, SEP
    rows[4, 3:], rows[4, 2] = PAD, SEP
    return rows


def test_chosen_takes_its_share_of_each_row_and_at_least_one(ids):
    may = ids >= WORDS
    found = objectives.chosen(may, 0.3, dice())
    assert found.sum(1).tolist() == [3, 2, 3, 3, 1, 3]
    assert not (found & ~may).any()
    assert objectives.chosen(may, 0.0, dice()).sum(1).tolist() == [1] * 6
    assert objectives.chosen(torch.zeros(2, 3, dtype=torch.bool), 0.5, dice()).sum() == 0


def test_of_the_hidden_words_eight_in_ten_become_masks():
    many = torch.full((400, 50), 77)
    hidden = objectives.chosen(many >= WORDS, 0.5, dice())
    shown = objectives.hide(many, hidden, dice(1))
    assert torch.equal(shown[~hidden], many[~hidden])
    share = [(shown[hidden] == piece).float().mean().item() for piece in (MASK, 77)]
    assert share[0] == pytest.approx(0.8, abs=0.02)
    assert share[1] == pytest.approx(0.1, abs=0.02)
    assert shown.min() >= MASK


@pytest.mark.parametrize("objective", objectives.LOSSES)
def test_an_untrained_model_knows_about_nothing_and_its_losses_carry_gradients(objective, ids):
    made = small.build(objective)
    told = objectives.LOSSES[objective](made, ids, dice())
    share = 0.5 if objective == "bilstm" else 1.0  # half of the loss in each direction
    assert told.losses.mean().item() == pytest.approx(share * math.log(ENTRIES), rel=0.15)
    told.losses.mean().backward()
    first = next(p for p in made.whole.parameters() if p.ndim > 1)
    assert first.grad is not None
    inside = told.places >= 0
    assert torch.equal(ids[told.rows[inside], told.places[inside]], told.targets[inside])


def test_masked_predicts_hidden_words_alone(ids):
    told = objectives.masked(small.build("masked"), ids, dice())
    assert len(told.losses) == sum(max(1, round(0.25 * n)) for n in (10, 6, 10, 10, 1, 10))
    assert (told.targets >= WORDS).all()


def test_causal_is_the_loss_of_transformers_itself(ids):
    made = small.build("causal")
    told = objectives.causal(made, ids, dice())
    labels = ids.masked_fill(ids == PAD, -100)
    wanted = made.whole(input_ids=ids, attention_mask=(ids != PAD).long(), labels=labels).loss
    assert told.losses.mean().item() == pytest.approx(wanted.item(), abs=1e-5)
    assert len(told.losses) == (ids != PAD).sum() - len(ids)


def test_span_is_the_loss_of_transformers_itself(ids):
    made = small.build("span")
    told = objectives.span(made, ids, dice(2))
    shown, wanted, *_ = gaps.with_gaps(ids, dice(2))
    labels = wanted.masked_fill(wanted == PAD, -100)
    mask = (shown != PAD).long()
    same = made.whole(input_ids=shown, attention_mask=mask, labels=labels).loss
    assert told.losses.mean().item() == pytest.approx(same.item(), abs=1e-5)


def test_permutation_is_the_two_streams_of_transformers(ids):
    """With a whole text predicted: transformers takes no order that leaves words out."""
    made = small.build("permutation")
    made.whole.eval()
    predicted = objectives.chosen(ids >= WORDS, 0.5, dice(1))
    order = torch.rand(ids.shape, generator=dice(2))
    told = objectives.in_order(made, ids, predicted, order)
    turn = order.masked_fill(~predicted, -1.0)
    hidden = predicted.unsqueeze(1) & (turn.unsqueeze(1) >= turn.unsqueeze(2))
    with torch.no_grad():
        same = made.whole(
            input_ids=ids,
            attention_mask=(ids != PAD).float(),
            perm_mask=hidden.float(),
            target_mapping=torch.eye(ids.shape[1]).expand(len(ids), -1, -1),
        ).logits
    assert told.scores is not None
    assert torch.allclose(told.scores, same[predicted], atol=1e-5)


def test_no_word_of_an_order_sees_itself_or_a_later_one(ids):
    made = small.build("permutation")
    made.whole.eval()
    predicted = objectives.chosen(ids >= WORDS, 0.5, dice(1))
    order = torch.rand(ids.shape, generator=dice(2))

    def losses(shown):
        with torch.no_grad():
            told = objectives.in_order(made, shown, predicted, order)
        assert told.scores is not None
        return {
            (int(r), int(p)): s for r, p, s in zip(told.rows, told.places, told.scores, strict=True)
        }

    before = losses(ids)
    places = predicted[0].nonzero()[:, 0].tolist()
    places.sort(key=lambda place: float(order[0, place]))
    other = ids.clone()
    other[0, places[1]] = 29  # the second of the order
    after = losses(other)
    changed = [not torch.allclose(before[0, p], after[0, p], atol=1e-6) for p in places]
    assert changed == [False, False] + [True] * (len(places) - 2)


def test_bilstm_predicts_every_word_twice_and_its_ends_once(ids):
    made = small.build("bilstm")
    onward, back = objectives.both_ways(made, ids)
    lengths = (ids != PAD).sum().item()
    assert len(onward.losses) == len(back.losses) == lengths - len(ids)
    assert SEP in onward.targets
    assert CLS not in onward.targets
    assert CLS in back.targets
    assert SEP not in back.targets
    vectors, _ = objectives.parted(made.blocks(ids))
    left, right = vectors.chunk(2, dim=-1)
    said = F.cross_entropy(made.whole.scores(left[0, 4:5]), ids[0, 5:6])
    at = ((onward.rows == 0) & (onward.places == 5)).nonzero().item()
    assert onward.losses[at].item() == pytest.approx(said.item(), abs=1e-5)
    said = F.cross_entropy(made.whole.scores(right[0, 6:7]), ids[0, 5:6])
    at = ((back.rows == 0) & (back.places == 5)).nonzero().item()
    assert back.losses[at].item() == pytest.approx(said.item(), abs=1e-5)


def test_skipgram_is_the_sum_that_it_says(ids):
    made = small.build("skipgram")
    made.whole.around.weight.data.normal_(generator=dice(9))
    told = objectives.skipgram(made, ids, dice())
    total, pairs = 0.0, 0
    for row in ids:
        for a, middle in enumerate(row):
            for b, around in enumerate(row):
                if a == b or abs(a - b) > 5 or middle < WORDS or around < WORDS:
                    continue
                scores = made.whole.around.weight @ made.whole.middle.weight[middle]
                total += F.cross_entropy(scores, around).item()
                pairs += 1
    assert len(told.losses) == pairs
    assert told.losses.sum().item() == pytest.approx(total, rel=1e-4)


def test_gaps_hide_what_they_want_and_nothing_is_lost(ids):
    shown, wanted, rows, places = gaps.with_gaps(ids, dice(5))
    for n, row in enumerate(ids):
        filled: dict[int, list[int]] = {}
        for piece in wanted[n].tolist():
            if piece in (SEP, PAD):
                break
            if gaps.FIRST <= piece < gaps.FIRST + 16:
                mark = piece
                filled[mark] = []
            else:
                filled[mark].append(piece)
        whole: list[int] = []
        for piece in shown[n][shown[n] != PAD].tolist():
            whole += filled.pop(piece, [piece])
        assert whole == row[row != PAD].tolist()
        assert not filled
    inside = places >= 0
    assert torch.equal(ids[rows[inside], places[inside]], wanted[inside])


def test_a_text_without_words_has_no_gap():
    shown, wanted, _, _ = gaps.with_gaps(torch.tensor([[CLS, SEP], [CLS, 50]]), dice())
    assert shown.tolist() == [[CLS, SEP], [CLS, 50]]
    assert wanted.tolist() == [[SEP], [SEP]]


def test_parts_add_up_and_all_sums_come(ids):
    found = {tuple(gaps.parts(5, 3, dice(seed))) for seed in range(200)}
    assert found == {(1, 1, 3), (1, 3, 1), (3, 1, 1), (1, 2, 2), (2, 1, 2), (2, 2, 1)}
