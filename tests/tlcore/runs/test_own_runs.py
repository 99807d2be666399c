"""What was made of a set goes with it; nothing else does."""

import pytest

from tests.tlcore.stand_ins import order
from tlcore.catalog import own
from tlcore.runs import own_runs
from tlcore.runs.store.store import Store

MINE, OTHER = "own-" + "1" * 32, "own-" + "2" * 32


@pytest.fixture
def store(tmp_path):
    found = Store(tmp_path / "store.db")
    yield found
    found.close()


def made(store, data, user="ada", kind="fine_tune", of=None):
    run_id = store.submit(order("quick", data=data, kind=kind, of=of), user).run_id
    folder = store.folder(run_id)
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "test.png").write_bytes(b"picture")
    return run_id


def test_runs_of_everybody_and_what_looks_at_them_go_with_the_pictures(store):
    gone = [made(store, MINE), made(store, MINE, "bob"), made(store, MINE, kind="similarity")]
    gone.append(made(store, None, "bob", "explain", of=gone[0]))
    kept = [made(store, data, "eve") for data in (OTHER, "garments", MINE[:-1])]
    features = store.path.parent / "cache" / "features-1.safetensors"
    features.parent.mkdir()
    features.write_bytes(b"what an early block saw")
    assert own_runs.count(store, MINE) == 2
    own_runs.forget(store, MINE)
    assert [store.run(run_id) for run_id in gone] == [None] * 4
    assert not any(store.folder(run_id).exists() for run_id in gone)
    assert all(store.run(run_id) and store.folder(run_id).exists() for run_id in kept)
    assert not features.exists()
    assert own_runs.count(store, MINE) == 0
    assert own_runs.count(store, OTHER) == 1


def test_whoever_clears_the_room_deletes_everybodys_pictures(own_house):
    own_house.fill(cat=2)
    store = Store(own_house.folder / "store.db")
    store.clear()
    store.close()
    assert own.every() == []
    assert not own.folder(own_house.name).exists()


def test_a_set_without_runs_is_forgotten_without_a_word(store):
    own_runs.forget(store, MINE)
    assert own_runs.count(store, MINE) == 0
