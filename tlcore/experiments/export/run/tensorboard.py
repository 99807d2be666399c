"""tensorboard.zip: the run's curves as an event file, for `tensorboard --logdir`.

Scalars: the tags of tlcore.training.values, `<tag>/<group>` of what each group has; a value of an
epoch stands at its last step, one of the result at the end.  Texts: settings and result.  A frozen
block has no curve.  Events carry the time at which the run made them, and no name of a machine.

Written record by record, not by `SummaryWriter`: that one adds the clock and the host's name.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from pathlib import Path

from tensorboardX import summary
from tensorboardX.proto.event_pb2 import Event
from tensorboardX.record_writer import RecordWriter

from tlcore.experiments.export import card, wording
from tlcore.experiments.export.archive import packed
from tlcore.experiments.export.subject import Subject
from tlcore.runs.run import Row
from tlcore.training import values
from tlcore.words import i18n


def make(subject: Subject, language: str) -> bytes:
    """A folder with the event file, and a line that says how to open it; both languages in it."""
    begun = subject.when.timestamp()
    name = f"run-{subject.run.id[:12]}"
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "events"
        writer = RecordWriter(str(file))
        writer.write(Event(wall_time=begun, file_version="brain.Event:2").SerializeToString())
        for told in _texts(subject):
            writer.write(Event(wall_time=begun, step=0, summary=told).SerializeToString())
        for row in subject.rows:
            for tag, value in scalars(row):
                event = Event(
                    wall_time=begun + row["t"],
                    step=row.get("step", row.get("steps")),
                    summary=summary.scalar(tag, value),
                )
                writer.write(event.SerializeToString())
        writer.close()
        content = file.read_bytes()
    readme = "\n\n".join(i18n.t("export.tensorboard.readme", each) for each in i18n.LANGUAGES)
    return packed(
        {
            f"{name}/events.out.tfevents.{int(begun)}.transfer-lab": content,
            "README.md": readme.encode(),
        }
    )


def scalars(row: Row) -> Iterator[tuple[str, float]]:
    """(tag, value) of one row.  What is not a finite number has no point on the curve."""
    for value in values.of_row(row["kind"]):
        told = row.get(value.name)
        if value.tag and told is not None:
            curves = told.items() if value.grouped else [("", told)]
            for group, number in curves:
                if number is not None:
                    yield f"{value.tag}/{group}".rstrip("/"), number


def _texts(subject: Subject) -> Iterator[summary.Summary]:
    for language in i18n.LANGUAGES:
        words = i18n.texts(language)
        head = [words["export.setting.name"], words["export.setting.value"]]
        rows = [list(each) for each in wording.settings(subject, language)]
        yield summary.text(words["export.setting.title"], card.table(head, rows))
    kept = {name: value for name, value in subject.spec.items() if name != "kind"}
    reached = {"test/accuracy": subject.result["test_accuracy"]}
    yield from summary.hparams(kept, {k: v for k, v in reached.items() if v is not None})
