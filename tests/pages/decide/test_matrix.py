"""The matrix: what is clicked, moved or placed becomes a choice, and a choice becomes a plan."""

import pytest

from pages.decide.matrix import chooser as matrix_choice
from tests.pages import answers
from tests.pages.reader import Reader
from tlcore import catalog
from tlcore.experiments.matrix import advisor, evidence, textbooks
from tlcore.ground import recipe as recipes
from tlcore.words import i18n

CELLS = advisor.cells("clothing")


@pytest.fixture
def hand(house, monkeypatch):
    """A page whose picture says what the test puts into `said`."""

    class Hand:
        said = None
        reader = Reader("matrix")

        def says(self, **choice):
            self.said = choice
            return self.reader.run()

    hand = Hand()
    drawn = {}

    def picture(cells, chosen, **rest):
        drawn.update(cells=cells, chosen=chosen, **rest)
        return hand.said

    hand.drawn = drawn
    monkeypatch.setattr(matrix_choice, "matrix", picture)
    return hand


def shown(reader):
    """Plan on the block picture, and the lines of the recipe."""
    plan = reader.picture("matrix.plan")["plan"]
    return plan, reader.app.table[0].value.set_index("Setting")["Value"].to_dict()


def numbers(plan):
    return {"read": plan.read, "keep": plan.keep, "freeze": plan.freeze}


@pytest.mark.parametrize("cell", CELLS)
def test_a_click_on_a_cell_shows_its_plan_reason_and_measurement(hand, cell):
    reader = hand.says(cell=cell, size=CELLS[cell].size, own=None)
    advice = advisor.advise(cell, CELLS[cell].size)
    plan, recipe = shown(reader)
    assert plan == numbers(advice.plan)
    assert recipe["Training pictures"] == f"{CELLS[cell].size:,}"
    assert recipe["Epochs"] == str(advice.epochs)
    assert len(reader.app.dataframe[0].value) == len(recipes.strategies(8))
    assert reader.errors == []


@pytest.mark.parametrize("cell", CELLS)
def test_each_source_s_advice_stands_beside_what_was_measured(hand, cell):
    """Who advised which row, and how far behind the best mean it ended."""
    reader = hand.says(cell=cell, size=CELLS[cell].size, own=None)
    table = reader.app.dataframe[0].value
    rows = [row.strategy for row in evidence.cell(cell).rows]
    told = textbooks.advised(cell, 8)
    for source, names in told.items():
        name = i18n.t(f"textbook.short.{source}", "en")
        marked = {r: mark for r, mark in zip(rows, table[name], strict=True) if mark}
        summary = source == "sizes" and cell.startswith("different")
        assert marked == dict.fromkeys(names, "(✓)" if summary else "✓")
    best = table[i18n.t("result.accuracy", "en")].max()
    behind = best - table[i18n.t("result.accuracy", "en")]
    assert list(table[i18n.t("compare.behind", "en")]) == pytest.approx(list(behind))
    lines = next(m.value for m in reader.app.markdown if m.value.startswith("**Who advised"))
    assert len(lines.splitlines()) == 1 + len(told)
    assert lines.count("by its summary") == cell.startswith("different")
    said = "".join(lines.splitlines()[1:])
    assert said.count("best mean") + said.count(" behind") == sum(map(len, told.values()))


def test_a_moved_size_changes_the_epochs(hand):
    few = shown(hand.says(cell="similar_small", size=8, own=None))[1]
    more = shown(hand.says(cell="similar_small", size=400, own=None))[1]
    assert (few["Training pictures"], more["Training pictures"]) == ("8", "400")
    assert int(few["Epochs"]) > int(more["Epochs"])


def test_own_data_take_the_cell_they_are_placed_in(hand):
    reader = hand.says(cell="different_large", size=1, own={"x": 0.9, "y": 0.75})
    choice = reader.state[matrix_choice.KEY]
    assert choice.cell == "different_large"
    assert choice.own == (0.9, 0.75)
    assert choice.size == advisor.cell_at(0.9, 0.75)[1]
    reader.click("matrix.try")
    assert reader.draft["train_size"] == choice.size


@pytest.mark.parametrize(
    "said",
    [
        {"cell": "nope", "size": 40, "own": None},
        {"cell": None, "size": None, "own": None},
        {"cell": "similar_small", "size": "many", "own": None},
        {"cell": "similar_small", "size": None, "own": None},
        {"cell": ["similar_small"], "size": 40, "own": None},
        {"cell": "similar_small", "size": float("nan"), "own": None},
        {"cell": "similar_small", "size": float("inf"), "own": None},
        {"cell": "similar_small", "size": 40, "own": {"x": "left", "y": 0.1}},
        {"cell": "similar_small", "size": 40, "own": {"x": 0.1}},
        {"cell": "similar_small", "size": 40, "own": [0.1, 0.2]},
        {"cell": "similar_small", "size": 40, "own": {"x": float("nan"), "y": 0.1}},
    ],
)
def test_nonsense_from_a_browser_changes_nothing(hand, said):
    reader = hand.says(**said)
    assert shown(reader)[0] == numbers(advisor.advise("similar_small", 40).plan)
    assert matrix_choice.KEY not in reader.state


@pytest.mark.parametrize(("size", "found"), [(-5, 8), (0, 8), (10**9, 400), (41.7, 42)])
def test_a_size_out_of_range_is_brought_into_it(hand, size, found):
    reader = hand.says(cell="similar_small", size=size, own=None)
    assert reader.state[matrix_choice.KEY].size == found


@pytest.mark.parametrize("language", ["en", "ko"])
@pytest.mark.parametrize("button", ["try", "try_other"])
@pytest.mark.parametrize("cell", CELLS)
def test_try_it_carries_plan_rate_epochs_size_and_pictures_to_the_lab(hand, cell, button, language):
    reader = hand.says(cell=cell, size=(CELLS[cell].low + 7), own=None).speak(language)
    reader.click(f"matrix.{button}")
    advice = advisor.advise(cell, CELLS[cell].low + 7)
    plan = advice.plan if button == "try" else advice.other
    assert reader.app.title[0].value in ("Fine-tune", "미세 조정")
    carried = {
        "backbone": "clothing",
        "data": CELLS[cell].data,
        "train_size": CELLS[cell].low + 7,
        "epochs": advice.epochs,
        "lr": advice.lr,
        "head_lr": advice.head_lr,
        "layer_decay": advice.layer_decay,
        "augment": advice.augment,
    }
    assert reader.draft == reader.draft | carried | numbers(plan)
    for field, value in carried.items():
        assert reader.widget(f"fine_tune.{field}").value == value
    assert reader.picture("fine_tune.blocks")["plan"] == numbers(plan)
    assert reader.errors == []


def test_try_it_leaves_the_run_of_before(hand, house):
    reader = hand.reader.open("fine_tune").click("fine_tune.start")
    assert reader.has("fine_tune.live")
    reader.open("matrix").click("matrix.try")
    assert not reader.has("fine_tune.live")


def test_try_it_after_another_backbone_carries_the_plan_as_it_is(hand):
    reader = hand.reader.open("fine_tune").choose("fine_tune.backbone", "resnet18")
    reader.open("matrix")
    hand.says(cell="different_small", size=40, own=None).click("matrix.try")
    assert reader.draft["backbone"] == "clothing"
    plan = advisor.advise("different_small", 40).plan
    assert reader.picture("fine_tune.blocks")["plan"] == numbers(plan)


def test_a_choice_survives_another_page_and_a_new_language(hand):
    hand.says(cell="different_large", size=5_000, own=None)
    hand.said = None
    reader = hand.reader.speak("ko").open("home").open("matrix")
    assert hand.drawn["chosen"] == {"cell": "different_large", "size": 5_000}
    assert reader.state[matrix_choice.KEY].size == 5_000


def of_photo(hand, **said):
    """The matrix of photographs, after a click in it."""
    reader = hand.reader.choose("matrix.backbone", "photo")
    return hand.says(**said) if said else reader


def test_another_backbone_brings_its_own_matrix(hand):
    reader = of_photo(hand)
    data = {cell["id"]: cell["data"] for cell in hand.drawn["cells"]}
    assert data["similar_small"] == data["similar_large"] == "your own photographs"
    blocks = len(catalog.backbone("photo").blocks)
    assert [len(cell["states"]) for cell in hand.drawn["cells"]] == [blocks] * 4
    assert reader.picture("matrix.plan")["plan"] == numbers(
        advisor.advise("similar_small", advisor.cells("photo")["similar_small"].size, "photo").plan
    )
    assert reader.errors == []


def test_photographs_are_the_reader_s_own_or_none(hand):
    reader = of_photo(hand, cell="similar_large", size=500, own=None)
    assert not reader.has("matrix.try")
    assert i18n.t("matrix.bring", "en") in [found.value for found in reader.app.markdown]


@pytest.mark.parametrize("button", ["try", "try_other"])
def test_own_photographs_go_to_the_lab_the_largest_set_first(hand, button):
    answers.own_set(hand.reader.name, cat=6, dog=6)
    larger = answers.own_set(hand.reader.name, cat=10, dog=10)
    reader = of_photo(hand, cell="similar_small", size=300, own=None)
    reader.click(f"matrix.{button}")
    carried = {"backbone": "photo", "data": larger}
    carried["train_size"] = catalog.dataset(larger).train_pool
    assert reader.draft == reader.draft | carried
    assert reader.errors == []


def test_a_drawn_cell_goes_to_the_lab_as_hard_as_it_was_measured(hand):
    reader = of_photo(hand, cell="different_small", size=40, own=None).click("matrix.try")
    cell = advisor.cells("photo")["different_small"]
    carried = {"backbone": "photo", "data": cell.data, "difficulty": cell.difficulty}
    assert reader.draft == reader.draft | carried


def test_a_cell_that_was_not_measured_says_so(hand, monkeypatch):
    measured = len(hand.says(cell="similar_small", size=40, own=None).app.dataframe)
    monkeypatch.setattr(evidence, "known", lambda name, backbone: False)
    reader = hand.reader.run()
    assert i18n.t("matrix.unmeasured", "en") in [found.value for found in reader.app.markdown]
    assert len(reader.app.dataframe) == measured - 1
