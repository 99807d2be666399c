"""Writing piece by piece: the same as transformers do, and by lot where that is asked."""

import pytest
import torch

from tlcore.data.texts.reading import PAD, SEP
from tlcore.experiments.generate.run import to_text
from tlcore.networks.language import small, writing

BEGIN = torch.tensor([[2, 900, 1200, 40], [2, 77, 3000, 41]])


@pytest.fixture(scope="module", params=["causal", "span"])
def model(request):
    made = small.build(request.param)
    made.whole.eval()
    return made


@torch.no_grad()
def theirs(model, most):
    whole = model.whole
    options = {"do_sample": False, "num_beams": 1, "max_new_tokens": most}
    options |= {"eos_token_id": SEP, "pad_token_id": PAD, "attention_mask": torch.ones_like(BEGIN)}
    if model.objective == "span":
        return whole.generate(BEGIN, decoder_start_token_id=PAD, **options)[:, 1:]
    return whole.generate(BEGIN, **options)[:, BEGIN.shape[1] :]


def ours(model, most, **more):
    if model.objective == "span":
        scores = writing.of_encoder(model.whole, BEGIN, torch.ones_like(BEGIN))
        return writing.write(scores, torch.zeros(2, 1, dtype=torch.long), most, **more)
    return writing.write(writing.of_decoder(model.whole), BEGIN, most, **more)


def test_greedy_writing_is_that_of_transformers(model):
    written = ours(model, 9)
    assert torch.equal(written.ids, theirs(model, 9))


def test_the_probability_is_that_of_the_piece_and_the_likeliest_is_written(model):
    written = ours(model, 5)
    assert torch.equal(written.others[..., 0], written.ids)
    assert torch.allclose(written.other_shares[..., 0], written.shares)
    assert bool((written.shares > 0).all())
    assert bool((written.other_shares.sum(-1) <= 1 + 1e-6).all())


def fixed(*rows):
    """Scores that write these pieces, whatever stands there."""

    def scores(written):
        place = written.shape[1] - 1
        wanted = torch.tensor([row[min(place, len(row) - 1)] for row in rows])
        return torch.nn.functional.one_hot(wanted, 50).float() * 20

    return scores


def test_a_text_ends_where_it_says_so_and_the_others_go_on():
    written = writing.write(fixed([7, SEP, 9], [7, 8, 9, SEP]), torch.zeros(2, 1).long(), 9)
    assert written.ids.tolist() == [[7, SEP, PAD, PAD], [7, 8, 9, SEP]]
    assert written.texts() == [[7], [7, 8, 9]]
    assert written.shares[0, 2:].tolist() == [0.0, 0.0]


def test_a_text_without_an_end_is_stopped():
    assert writing.write(fixed([7]), torch.zeros(1, 1).long(), 4).ids.tolist() == [[7] * 4]


def test_what_is_drawn_follows_the_probabilities_and_the_dice():
    likely = torch.tensor([[0.5, 0.3, 0.2]]).repeat(4_000, 1)

    def shares(warmth, seed=0):
        pick = writing.drawn(torch.Generator().manual_seed(seed), warmth)
        return torch.bincount(pick(likely), minlength=3) / len(likely)

    assert torch.allclose(shares(1.0), likely[0], atol=0.03)
    assert shares(0.2)[0] > 0.9  # 0.5^5 : 0.3^5 : 0.2^5
    assert torch.equal(shares(1.0), shares(1.0))
    assert not torch.equal(shares(1.0), shares(1.0, seed=1))


@torch.no_grad()
def test_padding_on_the_left_changes_nothing():
    model = small.build("causal")
    model.whole.eval()
    alone = to_text.answer(model, "sentiment", ["Good."])
    with_long = to_text.answer(model, "sentiment", ["Good.", "The soup was cold, and so was I."])
    assert with_long.ids[0, : alone.ids.shape[1]].tolist() == alone.ids[0].tolist()
    assert torch.allclose(with_long.shares[0], alone.shares[0], atol=1e-5)
    moved = writing.to_the_right(torch.tensor([[2, 5, PAD], [2, 5, 6]]))
    assert moved.tolist() == [[PAD, 2, 5], [2, 5, 6]]
