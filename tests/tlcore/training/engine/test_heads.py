"""Many heads at once end where the engine's own head-only runs end, rate by rate, seed by seed."""

import pytest
import torch

from tests.tlcore import toy
from tlcore.ground.recipe import Recipe, head_only
from tlcore.networks.backbones import prepare
from tlcore.training.engine import heads
from tlcore.training.engine.train import train

RATES = (1e-4, 3e-3, 0.1, 3.0)


def features(backbone, split):
    backbone.blocks.eval()
    with torch.no_grad():
        return backbone.blocks(prepare(split.images, backbone.input)).mean((2, 3))


@pytest.mark.parametrize(
    "rule",
    [
        {"optimizer": "adamw"},
        {"optimizer": "sgd"},
        {"optimizer": "adamw", "bias_correction": "off", "schedule": "decay"},
    ],
)
@pytest.mark.parametrize(("size", "batch"), [(45, 8), (33, 32)])  # 33: the last one joins
def test_each_head_is_the_engines_head_only_run(rule, size, batch, tmp_path):
    backbone = toy.backbone()
    recipe = Recipe(epochs=3, batch=batch, weight_decay=0.1, label_smoothing=0.1, **rule)
    sets = {seed: toy.images(train=size, seed=seed) for seed in (3, 4)}
    draws = [
        heads.Draw(seed, features(backbone, found.train), found.train.labels)
        for seed, found in sets.items()
    ]
    found = heads.train(draws, 3, RATES, recipe)
    for s, (seed, pictures) in enumerate(sets.items()):
        asked = features(backbone, pictures.test)
        for r, rate in enumerate(RATES):
            file = tmp_path / f"{seed}-{r}.safetensors"
            own = Recipe(**{**vars(recipe), "head_lr": rate, "seed": seed})
            *_, result = train(backbone, pictures, head_only(4), own, learned_file=file)
            head = learned_head(file)
            scale = head["linear.weight"].abs().max()
            assert torch.allclose(found.weight[s, r], head["linear.weight"], atol=1e-4 * scale)
            assert torch.allclose(found.bias[s, r], head["linear.bias"], atol=1e-4 * scale)
            said = found.accuracy(asked, pictures.test.labels)[s, r]
            assert said == pytest.approx(result["test_accuracy"])


def learned_head(file):
    from safetensors.torch import load_file

    return {name.removeprefix("head."): t for name, t in load_file(file).items()}


def test_a_head_does_not_depend_on_the_others_beside_it():
    backbone, pictures = toy.backbone(), toy.images()
    draws = [
        heads.Draw(s, features(backbone, pictures.train), pictures.train.labels) for s in (0, 1)
    ]
    together = heads.train(draws, 3, RATES, Recipe(epochs=2, batch=8))
    alone = heads.train(draws[1:], 3, RATES[2:3], Recipe(epochs=2, batch=8))
    assert torch.allclose(together.weight[1, 2], alone.weight[0, 0], rtol=1e-4, atol=1e-6)
    assert not torch.allclose(together.weight[0, 2], alone.weight[0, 0], atol=1e-2)
