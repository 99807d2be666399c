"""The gaps of a sentence, asked of BERT and GPT-2: tiny ones with random weights, fetched."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import torch

from tests.tlcore.fetching import hub_server, tiny_hub
from tests.tlcore.fetching.hub_server import Hub
from tests.tlcore.fetching.tiny_fetched import fetch
from tlcore.catalog import hub, hub_files, objective_models
from tlcore.experiments.objectives import reading as objective_reading
from tlcore.experiments.objectives.run import predictions
from tlcore.experiments.objectives.spec import ObjectivesSpec
from tlcore.ground.errors import UserError
from tlcore.ground.recipe import Compute
from tlcore.networks.language import hub_fill
from tlcore.networks.text import hub_text
from tlcore.runs import spec

ONE, TWO = "The cat is on the [MASK].", "The [MASK] is on the [MASK]."


@pytest.fixture(scope="module")
def server(unhurried: None) -> Iterator[Hub]:
    with hub_server.serving() as running:
        yield running


@pytest.fixture
def fetched(server: Hub, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    monkeypatch.setenv("TL_DATA_DIR", str(tmp_path))

    def get(*kinds: str) -> None:
        for kind in kinds:
            fetch(server, monkeypatch, kind)

    return get


def candidates(view: dict[str, Any]) -> list[tuple[str, float]]:
    return [(one["piece"], one["value"]) for one in view["candidates"]]


@pytest.mark.usefixtures("unhurried")
@torch.no_grad()
def test_bert_reads_both_sides_and_then_the_filled_gap(fetched: Any) -> None:
    fetched("bert")
    one, two, then = hub_fill.views("bert_base", TWO, "cat")
    assert [(v["id"], v["gap"]) for v in (one, two, then)] == [("all", 0), ("all", 1), ("then", 1)]
    made = hub_text.MODELS["bert_base"].tokenizer()
    ids = torch.tensor([made.encode(TWO).ids])
    places = (ids[0] == made.token_to_id("[MASK]")).nonzero().flatten().tolist()
    model = tiny_hub.whole("bert")
    likely = model(input_ids=ids).prediction_logits[0].double().softmax(-1)
    for view, place in ((one, places[0]), (two, places[1])):
        best = likely[place].topk(10).values.tolist()
        assert [value for _, value in candidates(view)] == pytest.approx(best, rel=1e-3)
    piece = made.encode("cat", add_special_tokens=False).ids[0]
    share = likely[places[0], piece]
    assert one["asked"]["rank"] == 1 + int((likely[places[0]] > share).sum())
    ids[0, places[0]] = int(likely[places[0]].argmax())
    filled = model(input_ids=ids).prediction_logits[0, places[1]].double().softmax(-1)
    best = filled.topk(10).values.tolist()
    assert [value for _, value in candidates(then)] == pytest.approx(best, rel=1e-3)
    assert then["filled"] == candidates(one)[0][0]


@pytest.mark.usefixtures("unhurried")
@torch.no_grad()
def test_gpt2_reads_what_stands_before_the_gap_and_nothing_else(fetched: Any) -> None:
    fetched("gpt2")
    [view] = hub_fill.views("gpt2", ONE, "mat")
    [other] = hub_fill.views("gpt2", "The cat is on the [MASK], which is red.", "mat")
    assert candidates(view) == candidates(other)
    [moved] = hub_fill.views("gpt2", "The cat is in the [MASK].", "mat")
    assert candidates(view) != candidates(moved)
    one, two = hub_fill.views("gpt2", TWO, "")
    assert (one["id"], one["gap"], two["gap"]) == ("left", 0, 1)
    assert one["asked"] is None
    assert two["filled"] == candidates(one)[0][0]
    [first] = hub_fill.views("gpt2", "[MASK] is red.", "mat")  # nothing stands before it
    assert len(first["candidates"]) == 10


@pytest.mark.usefixtures("unhurried")
@pytest.mark.parametrize("text", ["[MASK]", "고양이는 [MASK] 위에 있다.", "<b>😀</b> [MASK]", TWO])
def test_any_text_with_a_gap_has_an_answer(fetched: Any, text: str) -> None:
    fetched("bert", "gpt2")
    for name in objective_models.HUB:
        answers = list(hub_fill.views(name, text, "mat"))
        assert answers
        for view in answers:
            values = [value for _, value in candidates(view)]
            assert values == sorted(values, reverse=True)
            assert view["pieces"] == tiny_hub.VOCABULARY


@pytest.mark.usefixtures("unhurried")
def test_they_stand_beside_the_small_models(fetched: Any) -> None:
    fetched("bert", "gpt2")
    assert objective_models.of_hub() == ("bert_base", "gpt2")
    asked = ObjectivesSpec(models=("masked",), hub=objective_models.of_hub())
    *rows, result = predictions.rows(asked, Path(), Path())
    assert [(row["part"], row["of"]) for row in rows] == [
        ("masked", 3),
        ("bert_base", 3),
        ("gpt2", 3),
    ]
    assert [model["objective"] for model in result["models"]] == ["masked", "bert_base", "gpt2"]
    assert set(objective_reading.first_words(result, 0)) == {"masked", "bert_base", "gpt2"}
    best = objective_reading.best_rank(result)
    assert best is not None
    assert best[0] == "masked"  # the large ones count other pieces
    agreed = objective_reading.agreement(result, 0)
    assert agreed is not None
    assert agreed[2] == 3


def test_what_is_not_here_cannot_be_asked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TL_DATA_DIR", str(tmp_path))
    assert objective_models.of_hub() == ()
    with pytest.raises(UserError) as caught:
        ObjectivesSpec(hub=("gpt2",))
    assert caught.value.values["problems"][0][0] == "objectives.models"


@pytest.mark.usefixtures("unhurried")
def test_their_weights_belong_to_the_hash_and_without_them_it_is_as_before(fetched: Any) -> None:
    def named(**given: Any) -> str:
        return spec.hash_of(ObjectivesSpec(**given), Compute(), "x")

    without = named()
    fetched("bert")
    assert named() == without
    one = named(hub=("bert_base",))
    assert one != without
    record = hub_files.folder("bert_base") / hub.RECORD
    record.write_text(record.read_text().replace(hub_files.weights("bert_base"), "0" * 64))
    assert named(hub=("bert_base",)) != one
    told = ObjectivesSpec().model_dump()
    assert told["hub"] == () == ObjectivesSpec.since_when["hub"]
