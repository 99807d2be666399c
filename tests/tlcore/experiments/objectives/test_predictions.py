"""What each small model puts into a gap, and what it read to say so.  Weights are random here."""

import pytest
import torch

from tests.tlcore.objective_house import ONE, TWO, asked
from tlcore.catalog import objective_models
from tlcore.data.corpus import corpus
from tlcore.data.corpus.card import read as corpus_card
from tlcore.data.texts import objective_words
from tlcore.data.texts.reading import MASK
from tlcore.experiments.objectives.run import predictions
from tlcore.experiments.objectives.spec import BLANK, ObjectivesSpec, tidy
from tlcore.ground.errors import UserError
from tlcore.networks.language import objectives, small
from tlcore.networks.language.layers import parted
from tlcore.networks.language.pieces import piece_text, pieces, text_of
from tlcore.words import i18n


def views(models, name, text):
    with torch.no_grad():
        found = predictions.of(models[name], *asked(text))
    return {(view["id"], view["gap"]): view for view in found}


@pytest.mark.parametrize("name", objective_models.ORDER)
def test_every_share_of_a_view_is_a_probability(models, name):
    for text in (ONE, TWO):
        for view in views(models, name, text).values():
            if view["id"] != "near":
                assert float(view["likely"].sum()) == pytest.approx(1)
                assert float(view["likely"].min()) >= 0


def test_a_masked_model_fills_two_gaps_as_if_the_other_were_open(models):
    found = views(models, "masked", TWO)
    ids, places = asked(TWO)
    whole = models["masked"].whole(input_ids=ids).logits[0].softmax(-1)
    for gap, place in enumerate(places):
        assert torch.allclose(found["all", gap]["likely"].float(), whole[place], atol=1e-6)
    best = int(found["all", 0]["likely"].argmax())
    ids[0, places[0]] = best
    whole = models["masked"].whole(input_ids=ids).logits[0].softmax(-1)
    assert torch.allclose(found["then", 1]["likely"].float(), whole[places[1]], atol=1e-6)
    assert found["then", 1]["filled"] == piece_text(best)


def test_a_causal_model_reads_nothing_behind_the_gap(models):
    one = views(models, "causal", "The cat is on the [MASK].")["left", 0]["likely"]
    other = views(models, "causal", "The cat is on the [MASK] of my house!")["left", 0]["likely"]
    before = views(models, "causal", "A dog is on the [MASK].")["left", 0]["likely"]
    assert torch.equal(one, other)
    assert not torch.equal(one, before)


def test_each_direction_of_a_two_way_model_reads_its_side_alone(models):
    here = views(models, "bilstm", "The cat is on the [MASK] now.")
    behind = views(models, "bilstm", "The cat is on the [MASK] of my house.")
    before = views(models, "bilstm", "A dog was near my [MASK] now.")
    assert torch.equal(here["left", 0]["likely"], behind["left", 0]["likely"])
    assert torch.equal(here["right", 0]["likely"], before["right", 0]["likely"])
    assert not torch.equal(here["both", 0]["likely"], behind["both", 0]["likely"])
    product = here["left", 0]["likely"] * here["right", 0]["likely"]
    assert torch.allclose(here["both", 0]["likely"], product.sqrt() / product.sqrt().sum())


def test_a_permutation_model_answers_by_the_order_it_is_asked_in(models):
    here = views(models, "permutation", "The cat is on the [MASK] now.")
    behind = views(models, "permutation", "The cat is on the [MASK] too.")
    assert torch.equal(here["left", 0]["likely"], behind["left", 0]["likely"])
    assert not torch.equal(here["all", 0]["likely"], behind["all", 0]["likely"])


def test_what_stands_in_an_open_gap_moves_nothing(models):
    """[MASK] is no word that a permutation model was taught: nobody may look at it."""
    ids, (first, _) = asked(TWO)
    other = ids.clone()
    other[0, first] = 99
    hidden = ids == MASK
    with torch.no_grad():
        told = [
            objectives.in_order(models["permutation"], x, hidden, torch.zeros(x.shape)).scores
            for x in (ids, other)
        ]
    assert torch.equal(*told)


def test_a_span_model_writes_gap_after_gap(models):
    found = views(models, "span", TWO)
    assert set(found) == {("all", 0), ("then", 1)}
    assert found["then", 1]["filled"] == found["all", 0]["says"]
    with_other_end = views(models, "span", "The [MASK] is on the [MASK]!")
    assert not torch.equal(found["all", 0]["likely"], with_other_end["all", 0]["likely"])


def test_a_word_vector_is_asked_of_the_rarest_word(models):
    ids, _ = asked(ONE)
    assert piece_text(predictions.rarest(ids)) == "cat"
    found = views(models, "skipgram", ONE)
    near = found["near", None]
    assert near["of"] == "cat"
    rows = models["skipgram"].whole.middle.weight
    cat = pieces("cat")[0]
    best = int(near["alike"].argmax())
    cosine = torch.nn.functional.cosine_similarity(rows[best], rows[cat], dim=0)
    assert float(near["alike"][best]) == pytest.approx(float(cosine.detach()), abs=1e-5)
    assert best != cat
    assert predictions.rarest(asked(f"{BLANK}.")[0]) is None


def test_the_causal_view_is_the_models_own_next_word(models):
    ids, (at,) = asked(ONE)
    with torch.no_grad():
        vectors, _ = parted(models["causal"].blocks(ids))
        whole = models["causal"].whole.lm_head(vectors[0, at - 1]).softmax(-1)
    assert torch.allclose(
        views(models, "causal", ONE)["left", 0]["likely"].float(), whole, atol=1e-6
    )


@pytest.fixture
def run(models, monkeypatch):
    monkeypatch.setattr(small, "trained", lambda name: (models[name], "random"))
    monkeypatch.setattr(objective_models, "there", lambda folder=None: objective_models.ORDER)

    def run(sentence, word="mat"):
        *rows, result = predictions.rows(ObjectivesSpec(sentence=sentence, word=word), None, None)
        assert [row["part"] for row in rows] == list(objective_models.ORDER)
        return result

    return run


@pytest.mark.parametrize(
    "text", [ONE, TWO, "[MASK]", "고양이는 [MASK] 위에 있다.", "<b>😀</b> [MASK]"]
)
def test_any_text_with_a_gap_has_an_answer(run, text):
    result = run(text)
    assert result["pieces"][0] == "[CLS]"
    for model in result["models"]:
        for view in model["views"]:
            assert len(view["candidates"]) == 10
            told = [one["value"] for one in view["candidates"]]
            assert told == sorted(told, reverse=True)


def test_the_word_that_was_asked_for_has_its_rank(run, models):
    result = run(ONE, word="cat")
    likely = views(models, "masked", ONE)["all", 0]["likely"]
    share = float(likely[pieces("cat")[0]])
    told = result["models"][0]["views"][0]["asked"]
    assert told["value"] == pytest.approx(share, rel=1e-3)
    assert told["rank"] == 1 + int((likely > share).sum())
    assert result["word_often"] == objective_words.often("cat")
    assert run(ONE, word="")["models"][0]["views"][0]["asked"] is None


def test_mat_never_stood_in_the_corpus_and_cat_did():
    assert objective_words.often("mat") == 0
    assert objective_words.often("Cat") == objective_words.often("cat") > 100
    assert objective_words.often("no word") == 0


def test_the_counts_are_those_of_this_corpus():
    """The first sentences of each kind are made again; every count holds at least theirs."""
    assert objective_words.read()["digest"] == corpus_card()["digest"]
    some = corpus.everything(counts=dict.fromkeys(corpus.COUNTS, 40))
    found = objective_words.count(one for split, one in some if split == "train")
    assert found.total() > 1000
    counted = objective_words.read()["counts"]
    assert {word: n for word, n in found.items() if counted.get(word, 0) < n} == {}
    assert sum(counted.values()) == objective_words.total()


@pytest.mark.slow
def test_the_counts_are_those_of_the_whole_training_part():
    assert objective_words.count(corpus.sentences("train")) == objective_words.read()["counts"]


def test_gaps_may_be_drawn_and_are_one_or_two():
    assert tidy(" The  cat\nis on the ___. ") == ONE
    assert tidy("the [mask]") == "the [MASK]"


@pytest.mark.parametrize(
    ("given", "key"),
    [
        ({"sentence": ""}, "objectives.blanks"),
        ({"sentence": "no gap"}, "objectives.blanks"),
        ({"sentence": "[MASK] [MASK] [MASK]"}, "objectives.blanks"),
        ({"sentence": "two  spaces [MASK]"}, "objectives.blanks"),
        ({"sentence": "[MASK] " + "a" * 200}, "objectives.long"),
        ({"word": "two words"}, "objectives.word"),
        ({"word": "a" * 31}, "objectives.word"),
    ],
)
def test_what_cannot_be_asked_is_told(given, key):
    with pytest.raises(UserError, match="invalid") as caught:
        ObjectivesSpec(**given)
    assert [problem for problem, _ in caught.value.values["problems"]] == [key]
    for language in i18n.LANGUAGES:
        assert i18n.tell(caught.value, language)


def test_pieces_read_like_words():
    cat = pieces("cat")
    assert [piece_text(piece) for piece in cat] == ["cat"]
    assert text_of(pieces("고양이")) == "고양이"
    assert text_of(pieces("cat") + pieces("sofa")) == "cat sofa"
    assert any(piece_text(piece).startswith("-") for piece in pieces("unbelievableness"))


def test_without_models_one_sentence_says_so(monkeypatch):
    monkeypatch.setattr(objective_models, "there", lambda folder=None: ())
    with pytest.raises(UserError) as caught:
        list(predictions.rows(ObjectivesSpec(), None, None))
    assert caught.value.key == "objectives.none"
    with pytest.raises(UserError) as caught:
        ObjectivesSpec(models=("masked",))
    assert caught.value.values["problems"][0][0] == "objectives.models"


def test_a_model_is_there_with_weights_and_a_card(tmp_path):
    (tmp_path / "text-causal.json").write_text("{}")
    assert objective_models.there(tmp_path) == ()
    (tmp_path / "text-causal.safetensors").write_bytes(b"")
    (tmp_path / "text-masked.safetensors").write_bytes(b"")
    assert objective_models.there(tmp_path) == ("causal",)
