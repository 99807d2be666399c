"""Results as tlcore.experiments.survey.run and tlcore.experiments.similarity.run tell them, small,
with numbers that can be told apart; and a set of own pictures that is nothing but its list."""

from __future__ import annotations

import dataclasses
from typing import Any

from tests.pages.house import House
from tests.pages.reader import Reader
from tlcore import catalog
from tlcore.catalog import own
from tlcore.data.own import own_edit
from tlcore.data.texts import mixture


def answered(house: House, reader: Reader, key: str, kind: str, **fields: Any) -> Reader:
    """A click on "<page>.<key>.start" makes one run of this kind, and it ends so."""
    reader.click(f"{reader.page}.{key}.start")
    [run_id] = [waiting for waiting in house.waiting() if house.run(waiting).kind == kind]
    if kind == "to_text":  # it leaves its weights
        house.store.folder(run_id).mkdir(parents=True, exist_ok=True)
        (house.store.folder(run_id) / mixture.WEIGHTS).write_bytes(b"")
    house.answer(run_id, **fields)
    return reader.run()


def survey(data: str, classes: int, pairs: int = 0, **more: Any) -> dict[str, Any]:
    """Two pictures of each class are shown; `pairs` training pictures are in validation, too."""
    labels = [label for label in range(classes) for _ in range(2)]
    sprite = {"columns": 5, "tile": [64, 64], "count": 2 * classes}
    shown = [["train", k, "val", k + 1, 0.98, k == 0] for k in range(pairs)]
    sheet = {"file": "pairs.png", "columns": 2, "tile": [64, 64], "count": 2 * pairs}
    return {
        "backbone": "clothing",
        "data": data,
        "classes": list(catalog.dataset(data).classes),
        "counts": {"train": [100] * classes, "val": [50] * classes, "test": [200] * classes},
        "fewest": 100,
        "most": 100,
        "px": 64,
        "channels": 3,
        "train_pool": 20_000,
        "gallery": {**sprite, "file": "gallery.png", "index": labels, "label": labels},
        "seen": {
            **{**sprite, "file": "seen.png", "tile": [28, 28]},
            **{"size": 28, "channels": 1, "colour_lost": True, "scale": 0.438},
        },
        "pairs": shown,
        "leaks": {"val": pairs, "test": 0},
        "conflicts": 0,
        "repeats": 0,
        "compared": {"train": 1000, "val": 500, "test": 2000},
        "pairs_sprite": sheet if pairs else None,
        **more,
    }


def similarity(backbone: str, probe: float = 0.8, pad: float | None = 0.4, n: int = 1000) -> Any:
    """The last block reads best, by far better than random weights; `pad` at every block."""
    names = [block.name for block in catalog.backbone(backbone).blocks]
    rows = []
    for number, name in enumerate(names):
        read = round(probe - 0.1 * (len(names) - 1 - number) / len(names), 4)
        rows.append(
            {
                **{"name": name, "knn": round(read - 0.1, 4), "knn_chance": 0.1},
                **{"probe": read, "probe_interval": [read - 0.02, read + 0.02]},
                **{"logme": 0.5, "hscore": 3.0, "pad": pad, "frechet": pad and 0.2},
            }
        )
    plain = {"knn": 0.2, "knn_chance": 0.1, "probe": 0.3, "probe_interval": [0.28, 0.32]}
    return {
        **{"backbone": backbone, "data": "signs", "n": n, "classes": 10, "fewest": n // 10},
        **{"train_pool": 20_000, "blocks": rows},
        "random": {"seed": 0, "settled_on": 256, "blocks": [{"name": m, **plain} for m in names]},
        "pixels": {"side": 16, **plain},
        "source": None if pad is None else {"n": 2000},
        "parts": {},
    }


def own_set(owner: str, **classes: int) -> str:
    """A set of so many pictures of each class; their files are not needed to show its facts."""
    name = own_edit.create(owner).id
    for label, count in classes.items():
        made = own_edit.add_class(name, owner, label)
        pictures = tuple(
            own.Picture(f"{label}{k}.png", made.id, f"{label}{k}.png", f"{label}{k}".zfill(64), 9)
            for k in range(count)
        )
        own_edit.change(
            name, lambda o, p=pictures: dataclasses.replace(o, pictures=(*o.pictures, *p))
        )
    return name
