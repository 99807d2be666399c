"""A comparison as a run: spec, order, shared features, rows."""

import json

import pytest
import torch

from tests.tlcore import toy
from tests.tlcore.experiments.export.test_worker import done
from tlcore.experiments.compare import command as compare_command
from tlcore.experiments.compare import entrants
from tlcore.experiments.compare import run as compare_run
from tlcore.experiments.compare.spec import CompareSpec
from tlcore.ground.errors import UserError
from tlcore.ground.recipe import Compute, Recipe, TransferPlan
from tlcore.runs.store.store import Store
from tlcore.training import engine
from tlcore.training.engine.depth_prefix import DepthPrefix
from tlcore.training.engine.disk import FeatureStore
from tlcore.training.transfer import fine_tune

pytestmark = pytest.mark.usefixtures("unhurried")

SMALL = CompareSpec(sizes=(40,), strategies=("everything", "from_7", "head_only"), epochs=1)


@pytest.fixture(scope="module")
def told(tmp_path_factory):
    folder = tmp_path_factory.mktemp("compare")
    found = list(compare_run.rows(SMALL, folder, folder))
    assert json.loads(json.dumps(found, allow_nan=False)) == found
    return found


def test_the_cheapest_goes_first_whatever_the_order_of_asking():
    asked = SMALL.model_copy(update={"sizes": (80, 40)})
    assert [(e.size, e.strategy) for e in entrants.of(asked)] == [
        *((40, "head_only"), (40, "from_7"), (40, "everything")),
        *((80, "head_only"), (80, "from_7"), (80, "everything")),
    ]


def test_of_equal_work_whoever_learns_with_fewer_parameters_goes_first():
    names = ("everything", "lora", "adapters", "probe")
    asked = SMALL.model_copy(update={"sizes": (40,), "strategies": names})
    order = [entrant.strategy for entrant in entrants.of(asked)]
    assert order == ["probe", "adapters", "lora", "everything"]


def test_rows_tell_who_runs_how_its_curve_goes_and_what_it_scored(told):
    *rows, result = told
    rows = [row for row in rows if row["kind"] != "shared"]
    assert [(row["strategy"], row["kind"]) for row in rows] == [
        (name, kind)
        for name in ("head_only", "from_7", "everything")
        for kind in ("entrant", "epoch", "epoch", "scored")  # epoch 0: before any step
    ]
    for name in SMALL.strategies:
        seconds = [row["seconds"] for row in rows if row["strategy"] == name]
        assert seconds == sorted(seconds)
    assert (result["kind"], result["status"], result["test"]) == ("result", "finished", 1500)
    for score in result["entrants"]:
        assert score["test_accuracy"] == score["hits"] / 1500


def test_each_scores_what_it_scores_alone(told):
    """The shared features are those it would have computed: the same answers, to the last one."""
    scored = {row["strategy"]: row for row in told if row["kind"] == "scored"}
    for entrant in entrants.of(SMALL)[:2]:
        *_, alone = fine_tune.rows_of(entrant.spec, Compute())
        assert scored[entrant.strategy]["test_accuracy"] == alone["test_accuracy"]
        assert scored[entrant.strategy]["learning"] == alone["learning_parameters"]


def test_what_is_computed_once_is_charged_to_each(told):
    scored = {row["strategy"]: row for row in told if row["kind"] == "scored"}
    for name, row in scored.items():
        charge = row["seconds"] - row["paid"]
        assert charge > 0.01 if name != "everything" else charge == 0, name


def test_features_of_all_depths_are_those_a_run_computes(tmp_path):
    backbone, pictures, disk = toy.backbone(), toy.images(), FeatureStore(tmp_path)
    prefix = DepthPrefix(backbone, [3, 1, 4, 0], Compute())
    for split in (pictures.train, pictures.val, pictures.test):
        assert list(prefix.fill(split, disk)) == [1, 3, 4]
        assert list(prefix.fill(split, disk)) == []
    for depth in (1, 3, 4):
        plan = TransferPlan(read=4, keep=4, freeze=depth)
        shared = list(engine.train(backbone, pictures, plan, Recipe(epochs=2), cache_dir=tmp_path))
        alone = list(engine.train(backbone, pictures, plan, Recipe(epochs=2)))
        assert shared[-1]["weights_sha256"] == alone[-1]["weights_sha256"]
        if depth < 4:  # nothing but the head: what is stored then is pooled, made from this
            assert (shared[0]["cache"], alone[0]["cache"]) == ("disk", "built")


def test_a_deeper_one_goes_on_where_an_earlier_run_ended(tmp_path, monkeypatch):
    backbone, pictures, disk = toy.backbone(), toy.images(), FeatureStore(tmp_path)
    list(DepthPrefix(backbone, [2], Compute()).fill(pictures.val, disk))
    calls = []
    both = DepthPrefix(backbone, [2, 4], Compute())
    deeper = both._deeper
    monkeypatch.setattr(both, "_deeper", lambda p, f, r: calls.append(r) or deeper(p, f, r))
    assert list(both.fill(pictures.val, disk)) == [4]
    assert calls == [2]


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        ({"strategies": ("head_only", "nothing")}, "compare.unknown"),
        ({"strategies": ("head_only", "from_9")}, "compare.unknown"),
        ({"strategies": ("head_only", "head_only")}, "compare.twice.strategies"),
        ({"strategies": ("head_only",)}, "compare.too_few"),
        ({"sizes": ()}, "compare.too_few"),
        ({"sizes": (40, 40)}, "compare.twice.sizes"),
        ({"sizes": (40, 9_000)}, "spec.train_size"),
        ({"backbone": "nothing"}, "backbone.unknown"),
    ],
)
def test_what_cannot_be_compared_is_told(change, problem):
    with pytest.raises(UserError) as caught:
        CompareSpec(**{**SMALL.model_dump(), **change})
    assert problem in [key for key, _ in caught.value.values["problems"]]


def test_it_can_be_stopped_between_rows(tmp_path):
    running = compare_run.rows(SMALL, tmp_path, tmp_path)
    next(running)
    running.close()
    assert torch.is_grad_enabled()


def test_through_store_and_worker(tmp_path):
    store = Store(tmp_path / "store.db")
    run = done(store, **SMALL.model_dump(mode="json"))
    assert run.status == "finished"
    assert [row["strategy"] for row in run.result["entrants"]] == [
        *("head_only", "from_7", "everything")
    ]
    store.close()


def test_the_command_prints_a_table_with_the_verdict(monkeypatch, capsys, tmp_path):
    monkeypatch.setenv("TL_DATA_DIR", str(tmp_path))

    def rows(asked, data_dir, folder):
        scores = {"head_only": 0.5, "everything": 0.7 + 0.01 * asked.seed}
        entrants_ = [
            {
                **{"size": size, "strategy": name, "test_accuracy": scores[name]},
                **{"seconds": 1.5, "learning": 516, "source_accuracy": None},
            }
            for size in asked.sizes
            for name in asked.strategies
        ]
        yield {"kind": "result", "entrants": entrants_, "test": 1500}

    monkeypatch.setattr(compare_run, "rows", rows)
    words = ["--strategies", "head_only", "everything", "--sizes", "40", "80", "--seeds", "2"]
    assert compare_command.main(words) == 0
    printed = capsys.readouterr().out
    assert printed.count("| **Everything** | 70.5% | ± 6.4 | – | 1.50 | 516 |") == 2
    assert "| Head only | 50.0% | ± 0.6 | 20.5 ± 6.4 | 1.50 | 516 |" in printed
    assert compare_command.main([*words, "--json"]) == 0
    assert [json.loads(line)["kind"] for line in capsys.readouterr().out.splitlines()] == [
        *("result", "result")
    ]


def test_the_command_tells_how_far_it_is_and_goes_on_after_a_cut(monkeypatch, capsys, tmp_path):
    monkeypatch.setenv("TL_DATA_DIR", str(tmp_path))
    ran = []

    def rows(asked, data_dir, folder):
        if asked.seed == 1 and len(ran) < 2:
            ran.append(asked.seed)
            raise KeyboardInterrupt
        ran.append(asked.seed)
        scores = []
        for number, name in enumerate(asked.strategies):
            score = {"strategy": name, "size": 40, "test_accuracy": 0.5, "seconds": 1.5}
            scores.append(score | {"learning": 516, "source_accuracy": None})
            yield {"kind": "scored", "number": number, "of": 2, **scores[-1]}
        yield {"kind": "result", "entrants": scores, "test": 1500}

    monkeypatch.setattr(compare_run, "rows", rows)
    words = ["--strategies", "head_only", "everything", "--sizes", "40", "--seeds", "2"]
    with pytest.raises(KeyboardInterrupt):
        compare_command.main(words)
    told = capsys.readouterr()
    assert told.out == ""
    assert told.err.splitlines() == [
        "clothing on garments: 40 of 6,000 for training, 2 strategies, 2 seeds, 20 epochs",
        "seed 0: 1 of 2: Head only, 40 pictures: 50.0%, 1.5 s",
        "seed 0: 2 of 2: Everything, 40 pictures: 50.0%, 1.5 s",
    ]
    assert compare_command.main(words) == 0
    told = capsys.readouterr()
    assert "seed 0: measured before" in told.err
    assert ran == [0, 1, 1]  # the first seed was not measured again
    assert told.out.count("| 50.0% |") == 2
    assert compare_command.main([*words, "--epochs", "3"]) == 0
    assert ran == [0, 1, 1, 0, 1]  # other settings are another comparison


def test_what_was_forgotten_is_asked_once_and_not_charged(told):
    *rows, result = told
    scored = {row["strategy"]: row["source_accuracy"] for row in rows if row["kind"] == "scored"}
    assert scored["head_only"] == result["source_before"] > 0.5  # frozen: nothing can be forgotten
    assert scored["everything"] != result["source_before"]
    assert set(scored) == set(SMALL.strategies)
    anew = {row["strategy"]: row["source_solved"] for row in rows if row["kind"] == "scored"}
    assert anew["head_only"] == result["source_before"]
    assert anew["everything"] != scored["everything"]  # another head was asked


def test_a_head_on_an_earlier_block_leaves_nothing_to_ask(tmp_path):
    asked = SMALL.model_copy(update={"strategies": ("earlier", "head_only")})
    *_, result = compare_run.rows(asked, tmp_path, tmp_path)
    sources = {row["strategy"]: row["source_accuracy"] for row in result["entrants"]}
    assert sources["earlier"] is None
    assert sources["head_only"] == result["source_before"]
