"""What is taken home of a run on own pictures: named in words, and the reader's names stay text."""

import pytest

from tests.core.own_house import own_house  # noqa: F401 - a fixture
from tlcore import catalog, export, i18n, machine, spec, worker
from tlcore.queue import Queue
from tlcore.recipe import Compute
from tlcore.store import Store


@pytest.fixture
def run(own_house):  # noqa: F811 - the fixture
    """A finished run of two classes, one with a name that is markup."""
    own_house.fill(**{"<b>cat</b>": 4, "dog": 4})
    row = catalog.dataset(own_house.name)
    asked = spec.FineTuneSpec(data=own_house.name, train_size=row.train_pool, epochs=1)
    store = Store()
    run_id = store.submit(spec.resolve(asked, Compute(), machine.name()), "ada").run_id
    queue = Queue(store)
    queue.start(run_id)
    store.append(run_id, 1, 0, list(worker.rows_of(asked, Compute())))
    queue.end(run_id, "finished")
    yield store.run(run_id), store.rows(run_id)[0], store.folder(run_id)
    store.close()


@pytest.mark.parametrize("language", i18n.LANGUAGES)
def test_a_report_on_own_pictures_names_them_and_takes_no_markup_from_them(run, language):
    file = export.write("report", *run, language)
    text = file.read_text(encoding="utf-8")
    assert i18n.t("data.own", language) in text
    assert "&lt;b&gt;cat&lt;/b&gt;" in text
    assert "<b>cat" not in text
