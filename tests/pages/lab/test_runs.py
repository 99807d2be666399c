"""My runs: what stands in the table, and what can be done with what is ticked."""

import pytest

from pages.lab.runs import table as run_table
from pages.lab.runs.run_list import Chosen
from pages.ui.runs import runs
from tests.pages.reader import Reader
from tests.pages.test_every_page import left_in_english
from tlcore.ground import machine
from tlcore.ground.recipe import Compute
from tlcore.runs.limits import RoomLimits
from tlcore.runs.spec import FineTuneSpec, resolve
from tlcore.words import i18n

T = i18n.texts("en")


@pytest.fixture
def put(house):
    """A run in the store: put("me", seed=3); ended by `end`, "finish" if not told otherwise."""

    def put(user, end="finish", **changes):
        spec = FineTuneSpec(**changes)
        run_id = house.store.submit(resolve(spec, Compute(), machine.name()), user, fresh=True)
        if end:
            getattr(house, end)(run_id.run_id)
        return run_id.run_id

    return put


@pytest.fixture
def tick(monkeypatch):
    """What the browser would say of the table."""

    def tick(*ids, opened=None):
        chosen = Chosen(list(ids), opened)
        monkeypatch.setattr(run_table, "run_list", lambda rows, **_: chosen)

    return tick


def me(language="en"):
    return Reader("runs", language, cookie="me")


def rows(reader):
    return reader.picture("runs.list")["rows"]


@pytest.mark.parametrize("language", i18n.LANGUAGES)
def test_an_empty_list_says_what_will_stand_here_and_where_to_start(house, language):
    reader = me(language)
    assert i18n.t("runs.empty", language) in [m.value for m in reader.app.markdown]
    assert not reader.has("runs.list")


def test_a_row_tells_settings_score_time_and_learning_parameters(house, put):
    put("me", train_size=200, freeze=6, lr=0.002, seed=4)
    [row] = rows(me())
    assert (row["data"], row["size"], row["seed"]) == ("Garments", "200", "4")
    assert (row["learns"], row["rate"]) == ("Blocks 7–8 + head", "0.002")
    assert row["blocks"] == ["frozen"] * 6 + ["kept"] * 2 + ["head"]
    assert (row["accuracy"], row["interval"]) == ("25.0%", "10% – 40%")
    assert (row["seconds"], row["parameters"], row["status"]) == ("1.4 s", "516", "finished")


def test_the_rate_is_the_heads_where_only_the_head_learns(house, put):
    put("me", head_lr=0.03)
    assert rows(me())[0]["rate"] == "0.03"


def test_the_newest_is_on_top_and_what_others_began_is_marked(house, put):
    old, new, theirs = put("me"), put("me", seed=1), put("you", seed=2)
    put("you", seed=3)
    house.store.watch(theirs, "me")
    found = rows(me())
    assert [row["id"] for row in found] == [theirs, new, old]
    assert [row["own"] for row in found] == [False, True, True]


def test_no_owner_is_told_to_a_browser(house, put):
    theirs = put("secret-cookie", end=None)
    house.store.watch(theirs, "me")
    assert "secret-cookie" not in str(rows(me()))


def test_runs_under_way_show_their_place_and_no_score(house, put):
    put("me", end=None)
    put("me", end=None, seed=1)
    found = rows(me())
    assert [row["status"] for row in found] == ["queued", "queued"]
    assert sorted(row["place"] for row in found) == [1, 2]
    assert [row["accuracy"] for row in found] == ["–", "–"]


@pytest.mark.parametrize(
    ("plan", "told"),
    [
        ({"read": 8, "keep": 8, "freeze": 8}, "Head only"),
        ({"read": 8, "keep": 8, "freeze": 7}, "Block 8 + head"),
        ({"read": 8, "keep": 8, "freeze": 5}, "Blocks 6–8 + head"),
        ({"read": 8, "keep": 8, "freeze": 0}, "Everything"),
        ({"read": 8, "keep": 0, "freeze": 0}, "From scratch"),
        ({"read": 6, "keep": 6, "freeze": 6}, "Head only, head on block 6"),
        ({"read": 8, "keep": 6, "freeze": 4}, "Blocks 5–8 + head, new from block 7"),
        ({"freeze": 0, "learns": "first_block"}, "Block 1 + head"),
        (
            {"keep": 7, "freeze": 2, "learns": "first_block"},
            "Block 3 + head, new from block 8",
        ),
        ({"freeze": 8, "learns": "first_block"}, "Head only"),
        ({"freeze": 0, "learns": "norm_statistics"}, "Batch-norm statistics + head"),
        ({"freeze": 4, "learns": "norm_statistics"}, "Batch-norm statistics from block 5 + head"),
    ],
)
def test_what_learns_is_said_in_words(house, put, plan, told):
    put("me", **plan)
    assert rows(me())[0]["learns"] == told


def test_the_small_bar_draws_what_a_variant_leaves_alone(house, put):
    put("me", freeze=1, keep=7, learns="first_block")
    put("me", freeze=0, learns="norm_statistics", seed=1, head_lr=0.03)
    statistics, first = rows(me())
    assert first["blocks"] == ["frozen", "kept", *["frozen"] * 5, "new", "head"]
    assert statistics["blocks"] == ["frozen"] * 8 + ["head"]
    assert statistics["rate"] == "0.03"


def test_a_spec_from_before_there_were_variants_is_drawn():
    old = FineTuneSpec(freeze=6).model_dump()
    old.pop("learns")
    assert run_table.blocks(old) == ["frozen"] * 6 + ["kept"] * 2 + ["head"]


def test_nothing_ticked_says_what_ticking_does(house, put, tick):
    put("me")
    tick()
    assert T["runs.choose"] in [c.value for c in me().app.caption]


def test_one_ticked_run_can_be_opened_and_its_link_stands_as_text(house, put, tick):
    run_id = put("me")
    tick(run_id)
    reader = me()
    assert reader.app.code[0].value.endswith(f"/run?id={run_id}&lang=en")
    reader.click("runs.open")
    assert reader.app.title[0].value == "Garments, 40 pictures: Head only"


def test_a_click_on_a_name_opens_the_run(house, put, tick):
    run_id = put("me")
    tick(opened=run_id)
    assert me().app.title[0].value == "Garments, 40 pictures: Head only"


def test_repeat_takes_a_seed_that_was_not_used_and_each_click_another(house, put, tick):
    first = put("me", seed=0)
    put("me", seed=1)
    tick(first)
    reader = me().click("runs.again").click("runs.again")
    assert reader.errors == []
    seeds = [house.run(run_id).spec["seed"] for run_id in house.waiting()]
    assert seeds == [2, 3]
    same = house.run(first).spec | {"seed": 2}
    assert house.run(house.waiting()[0]).spec == same


def test_repeat_of_more_than_may_wait_is_refused_in_a_sentence_and_begins_none(house, put, tick):
    ids = [put("me", seed=s, epochs=5 + s) for s in range(4)]
    tick(*ids)
    reader = me().click("runs.again")
    assert house.waiting() == []
    assert reader.errors == [T["error.queue.full"].format(allowed=3)]


def test_open_in_the_lab_takes_its_settings_and_the_run_along(house, put, tick):
    run_id = put("me", seed=11, data="digits", train_size=100)
    tick(run_id)
    reader = me().click("runs.into_lab")
    assert reader.app.title[0].value == T["lab.title"]
    assert (reader.draft["seed"], reader.draft["data"]) == (11, "digits")
    assert reader.picture("fine_tune.live")["runs"][0]["id"] == run_id


def test_delete_asks_once_and_takes_the_run_away(house, put, tick):
    run_id = put("me")
    tick(run_id)
    reader = me().click("runs.delete")
    assert house.store.run(run_id) is not None
    assert T["runs.delete.ask"].format(n=1) in [m.value for m in reader.app.markdown]
    reader.click("runs.delete.yes")
    assert reader.errors == []
    assert runs.store().runs("me") == []


def test_keep_keeps_it(house, put, tick):
    run_id = put("me")
    tick(run_id)
    reader = me().click("runs.delete").click("runs.delete.no")
    assert not reader.has("runs.delete.yes")
    assert house.store.run(run_id) is not None


def test_another_choice_forgets_the_question(house, put, tick):
    first, second = put("me"), put("me", seed=1)
    tick(first)
    reader = me().click("runs.delete")
    tick(second)
    assert not reader.run().has("runs.delete.yes")
    tick(first)
    assert not reader.run().has("runs.delete.yes")


def test_others_who_opened_the_link_keep_a_deleted_run(house, put, tick):
    run_id = put("me")
    house.store.watch(run_id, "you")
    tick(run_id)
    me().click("runs.delete").click("runs.delete.yes")
    assert runs.store().runs("me") == []
    assert [run.id for run in runs.store().runs("you")] == [run_id]


def test_two_ticked_runs_are_drawn_together_named_by_what_differs(house, put, tick):
    ids = [put("me", train_size=40), put("me", train_size=200)]
    tick(*reversed(ids))
    shown = me().picture("runs.live")
    assert [(run["id"], run["label"]) for run in shown["runs"]] == [
        (ids[0], "Training pictures 40"),
        (ids[1], "Training pictures 200"),
    ]
    assert shown["panels"] == ["loss", "accuracy"]


def told(reader):
    return " ".join(m.value for m in reader.app.markdown)


def test_seeds_are_summarised_with_their_interval_and_number(house, put, tick):
    tick(*(put("me", seed=s) for s in range(3)))
    assert T["overlay.seeds"].format(mean="25.0%", half="0.0", n=3) in told(me())


def test_one_run_of_each_is_said_to_be_one_run(house, put, tick):
    tick(put("me"), put("me", epochs=5))
    assert T["overlay.one_run"] in told(me())


def test_where_one_of_them_is_one_run_alone_it_is_said_so(house, put, tick):
    tick(put("me"), put("me", seed=1), put("me", epochs=5))
    assert T["overlay.one_run"] in told(me())
    tick(put("me"), put("me", seed=1), put("me", epochs=5), put("me", epochs=5, seed=1))
    assert T["overlay.overlap"] in told(me())


def test_the_differences_alone_stand_in_the_table(house, put, tick):
    tick(put("me"), put("me", epochs=5))
    reader = me()
    bodies = [node.proto.body for node in reader.nodes() if node.type == "html"]
    [table] = [body for body in bodies if "tl-wide" in body]
    assert T["field.epochs"] in table
    assert T["field.lr"] not in table


def test_two_hundred_runs_are_listed(house, put):
    house.store.set_limits(RoomLimits(waiting=200))
    for seed in range(200):
        house.store.watch(put("you", end=None, seed=seed), "me")
    assert len(rows(me())) == 200


def test_the_page_is_korean_to_a_korean(house, put, tick):
    tick(put("me"), put("me", epochs=5))
    assert left_in_english(me("ko").texts()) == []
