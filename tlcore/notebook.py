"""For a notebook: `import tlcore`, then what the app does, without the app.

    pictures = tlcore.load_folder("photos")  # a folder of folders, one for each class
    tuned = tlcore.fine_tune(pictures, epochs=10)
    print(tuned.test_accuracy, tuned.predict("new.jpg"))
    tuned.export("model.zip")

Settings are those of the lab and of `python -m tlcore run`, by the same names.
"""

from __future__ import annotations

import dataclasses
import io
import os
import tempfile
import time
import warnings
from pathlib import Path
from typing import Any

from tlcore import catalog
from tlcore.catalog import own, usual
from tlcore.ground import machine
from tlcore.ground.errors import UserError
from tlcore.runs import alone
from tlcore.runs import spec as specs
from tlcore.runs.run import Row, Run
from tlcore.training import quickest
from tlcore.words import i18n


@dataclasses.dataclass(frozen=True)
class Tuned:
    """A fine-tune that has ended.  `rows` as the engine told them, the last is the result."""

    run: Run
    rows: list[Row]
    folder: Path

    @property
    def result(self) -> Row:
        return self.rows[-1]

    @property
    def test_accuracy(self) -> float | None:
        """None where the run diverged."""
        found: float | None = self.result["test_accuracy"]
        return found

    @property
    def classes(self) -> list[str]:
        return list(self.rows[0]["classes"])

    def predict(self, file: str | Path) -> list[tuple[str, float]]:
        """(class, share) of a picture, the likeliest first; cut and made small as those it learned.

        Raises UserError: own.file where the file is refused, export.diverged.
        """
        import torch

        from tlcore.networks.backbone import prepare
        from tlcore.training.engine import learned
        from tlcore.training.transfer import fine_tune

        if self.test_accuracy is None:
            raise UserError("export.diverged")
        asked = specs.parse(self.run.spec)
        assert isinstance(asked, specs.FineTuneSpec)
        backbone = fine_tune.network(asked, pretrained=asked.freeze > 0)
        path = self.folder / learned.FILE
        blocks, head = learned.load(backbone, asked.plan, len(self.classes), path)
        try:
            found = _pixels(Path(file).read_bytes(), asked)
        except UserError as error:
            why = i18n.tell(error, "en", "code")
            raise UserError("own.file", file=Path(file).name, why=why) from None
        pixels = torch.from_numpy(found)
        with torch.no_grad():
            shares = head(blocks(prepare(pixels[None], backbone.input))).softmax(1)[0]
        order = shares.argsort(descending=True).tolist()
        return [(self.classes[number], float(shares[number])) for number in order]

    def export(self, file: str | Path, what: str = "weights", language: str = "en") -> Path:
        """Write what the app lets one take home: "weights" (a zip with `predict.py`), "csv",
        "train_again", "report", "tensorboard".  Raises UserError: export.*."""
        from tlcore.experiments.export import files as export
        from tlcore.experiments.export.archive import put

        made = export.write(what, self.run, self.rows, self.folder, language)
        return put(Path(file), made.read_bytes())


def load_folder(folder: str | Path, groups: str | None = None) -> str:
    """The pictures of a folder that holds one folder for each class (or `train`, `val` and `test`
    with these), of a zip of it, or of a CSV or Parquet table, kept as the app keeps them: small,
    without what else is in a file.  Returns the name of the set, which `fine_tune` and
    `python -m tlcore run --data` take.  The same files are the same set.

    `groups`: a column, or an expression on file names; pictures of one group are not split.

    Warns of files that are refused, each with its folder, and where of more than 10,000 an even
    part was taken.  Raises UserError: own.no_folder where there is no folder of a class, what else
    tlcore.data.own.sources raises, own.too_many_classes, own.one_class, own.too_few, own.no_part.
    """
    from tlcore.experiments.take_in import from_disk

    def tell(error: UserError) -> None:
        warnings.warn(i18n.tell(error, "en", "code"), stacklevel=4)

    return from_disk.bring(Path(folder), groups, tell)


def fine_tune(data: str, backbone: str | None = None, **settings: Any) -> Tuned:
    """Train here and now; `data` is a name of the catalogue or from `load_folder`.

    Without `backbone` the usual one for such pictures (tlcore.catalog.usual).

    Without `train_size` all training pictures of the set; without a plan head only on all blocks,
    with a part of one (`freeze=5`) the rest follows.  Raises UserError: spec.invalid and what
    the engine raises.
    """
    row = catalog.dataset(data)
    backbone = backbone or usual.backbone(row.source)
    given = {"train_size": row.train_pool, **settings, "backbone": backbone, "data": data}
    asked = specs.parse(specs.with_plan(given))
    assert isinstance(asked, specs.FineTuneSpec)
    resolved = specs.resolve(asked, quickest.choose(asked, None), machine.name())

    from tlcore.runs.executors.environment import ENVIRONMENT

    os.environ.update(ENVIRONMENT)
    from tlcore.training.engine import learned
    from tlcore.training.transfer import fine_tune

    folder, began = Path(tempfile.mkdtemp(prefix="tlcore-")), time.time()
    rows = list(fine_tune.rows_of(asked, resolved.compute, learned_file=folder / learned.FILE))
    return Tuned(alone.run_of(resolved, rows, began), rows, folder)


def _pixels(content: bytes, asked: specs.FineTuneSpec) -> Any:
    """uint8 (3, H, W).  A picture for a set of one's own goes the way that its pictures went."""
    from PIL import Image

    from tlcore.data.own import own_pictures, picture

    if not asked.data.startswith("own-"):
        return picture.decode(content).transpose(2, 0, 1)
    kept = io.BytesIO()
    Image.fromarray(picture.whole(content)).save(kept, "JPEG", quality=own.QUALITY)
    return own_pictures.square(kept, asked.pictures_side).copy()
