"""The block picture in the browser says of every plan what Python says of it."""

from __future__ import annotations

from itertools import product
from typing import get_args

import pytest

from pages.ui.blocks import picture as block_picture
from pages.ui.frame import bundle
from tlcore import catalog
from tlcore.ground.recipe import TransferPlan
from tlcore.ground.variants import Learns
from tlcore.training import estimate

pytestmark = pytest.mark.browser
CLASSES = 7
ASK = """
  return cases.map(([blocks, plan]) => ({
    blocks: under(blocks, plan).map(({ state, word }) => [state, word]), ...counts(blocks, plan),
  }));
"""


def every_plan(blocks):
    for boundaries in product(range(blocks + 1), repeat=3):
        for learns in get_args(Learns):
            if (plan := TransferPlan(*boundaries, learns)).in_order(blocks):
                yield plan


def said(row, plan):
    """What Python says: (how it is drawn, the word for it) of each block, and the counts."""
    numbered = list(enumerate(row.blocks, start=1))
    states = [plan.state(number) for number, _ in numbered]
    drawn = [block_picture.look(state) for state in states]
    words = [plan.learns if state == "added" else block_picture.look(state) for state in states]
    learning, total = map(
        sum, zip(*(estimate.of_block(b, plan, n) for n, b in numbered), strict=True)
    )
    head = estimate.head_parameters(row.blocks[plan.read - 1].channels, CLASSES)
    return {
        "blocks": [list(pair) for pair in zip(drawn, words, strict=True)],
        "learning": head + learning,
        "total": head + total,
        "head": head,
    }


@pytest.mark.parametrize("name", ["photo", "resnet18"])
def test_the_browser_and_python_agree_on_every_plan_of_every_variant(browser, name):
    row = catalog.backbone(name)
    plans = list(every_plan(len(row.blocks)))
    assert {plan.learns for plan in plans} == set(get_args(Learns))
    told = {learns: block_picture.told(row, learns, CLASSES) for learns in get_args(Learns)}
    cases = [[told[p.learns], {"read": p.read, "keep": p.keep, "freeze": p.freeze}] for p in plans]
    page = browser.new_page()
    script = bundle.javascript(block_picture.__file__, "plan")
    heard = page.evaluate(f"(cases) => {{ {script} {ASK} }}", cases)
    page.close()
    for plan, here in zip(plans, heard, strict=True):
        assert here == said(row, plan), plan


def test_wherever_the_hand_moves_a_boundary_the_plan_is_in_order(browser):
    starts = [[p.read, p.keep, p.freeze] for p in every_plan(7) if p.learns == "blocks"]
    moves = list(product(starts, ("read", "keep", "freeze"), range(-1, 9)))
    ask = """
      return moves.map(([[read, keep, freeze], name, to]) => {
        const plan = MOVES[name]({ read, keep, freeze }, to, 7);
        return [plan.read, plan.keep, plan.freeze, plan[name]];
      });
    """
    page = browser.new_page()
    script = f"(moves) => {{ {bundle.javascript(block_picture.__file__, 'common', 'plan')} {ask} }}"
    for (_, name, to), (*plan, there) in zip(moves, page.evaluate(script, moves), strict=True):
        assert TransferPlan(*plan).in_order(7)
        assert there == min(7, max(1 if name == "read" else 0, to))
    page.close()
