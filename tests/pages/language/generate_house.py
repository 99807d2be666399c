"""The page that generates, its models there, and results as its runs tell them."""

import pytest

from pages.language.generate import (
    prompts as generate_prompts,
)
from tests.pages.reader import Reader
from tlcore.catalog import objective_models
from tlcore.data.texts.mixture import TASKS
from tlcore.experiments.generate import spec as spec_generate

PAGE = "generate"


@pytest.fixture(autouse=True)
def there(monkeypatch, tmp_path):
    """All models of this project, whatever has been trained; none of the hub."""
    monkeypatch.setattr(objective_models, "there", lambda folder=None: objective_models.ORDER)
    monkeypatch.setattr(objective_models, "card", lambda name: {"sha256": name})
    card = tmp_path / "text-prompts.json"
    card.write_text("{}")
    for module in (spec_generate, generate_prompts):
        monkeypatch.setattr(module, "PROMPTS", card)


@pytest.fixture(name="page")
def unguessed_page(house):
    """page(language): the reader wants to see everything without a prediction."""

    def page(language="en", cookie="me"):
        for question in ("generate_tasks", "generate_plain"):
            house.store.answer(cookie, question, None)
        return Reader(PAGE, language, cookie=cookie)

    return page


def trained(model=0.9, baseline=0.5, loss=0.5):
    """As tlcore.experiments.generate.run.to_text_score tells it."""

    def row(value):
        return {"exact": value, "exact_half": 0.1, "f1": value, "f1_half": 0.1}

    def scored():
        by = {"model": row(model), "usual": row(baseline), "copy": row(0.0), "nearest": row(0.2)}
        return {task: {"texts": 40, "by": by} for task in TASKS}

    examples = [
        {
            "of": of,
            "task": task,
            "given": "<b>We rest.",
            "wanted": "우리는 쉬어요.",
            "said": "*쉬어요*",
        }
        for of in ("held_out", "written")
        for task in TASKS
    ]
    return {
        **{"model": "causal", "start": "pretrained", "steps": 150, "texts_read": 3600},
        **{"known": 11_000, "losses": [[5, 3.0], [150, loss]], "examples": examples},
        "scores": {"held_out": scored(), "written": scored()},
    }


def scored(trained=0.95, shuffled=0.5, plain=0.52, nearest=0.99):
    """As tlcore.experiments.generate.run.prompt_score tells it."""
    ways = {"trained": trained, "shuffled": shuffled, "plain": plain, "nearest": nearest}
    halves = {f"{way}_half": 0.03 for way in ways}
    first = {"examples": 0, **dict.fromkeys(ways, 0.5), **halves}
    rows = [first, {"examples": 8, **ways, **halves}]
    return {
        **{"prompts": 400, "chance": 0.5},
        **{"groups": {"train": 19, "words": 13, "tasks": 6}},
        **{"labels": {"train": 300, "words": 300, "tasks": 100}},
        "scores": {"words": rows, "tasks": rows},
    }
