"""One small model of each objective, and sentences with a gap to ask them about."""

import pytest
import torch

from tlcore.catalog import objective_models
from tlcore.data.texts import reading
from tlcore.data.texts.reading import MASK
from tlcore.networks.language import small

ONE, TWO = "The cat is on the [MASK].", "The [MASK] is on the [MASK]."


def asked(text):
    ids = torch.from_numpy(reading.encode([text]).ids)
    return ids, (ids[0] == MASK).nonzero().flatten().tolist()


@pytest.fixture(scope="module")
def models():
    """Random weights, large enough that a word makes a difference."""
    made = {}
    for name in objective_models.ORDER:
        made[name] = small.build(name)
        made[name].whole.eval()
        with torch.no_grad():
            for weight in made[name].whole.parameters():
                if weight.ndim > 1:
                    weight.mul_(3)
    with torch.no_grad():  # at first every neighbour is as likely
        made["skipgram"].whole.around.weight.normal_(generator=torch.Generator().manual_seed(0))
    return made
