"""Models that read text on the page of backbones: table, download, record, into the lab."""

from __future__ import annotations

import hashlib
import json
from typing import Any

import pytest

from pages.ui.runs import fetching
from pages.ui.server import host
from tests.pages.reader import Reader
from tests.pages.test_every_page import left_in_english
from tlcore import catalog
from tlcore.catalog import hub, hub_files, packaged, stored
from tlcore.ground.errors import UserError
from tlcore.words import i18n


@pytest.fixture(autouse=True)
def at_the_server(monkeypatch: Any) -> None:
    """Downloads are begun and removed by whoever sits there."""
    monkeypatch.setattr(host, "at_the_server", lambda: True)


BOTH = pytest.mark.parametrize("language", i18n.LANGUAGES)
CONTENT = b"weights"


@pytest.fixture
def fetched(folder: Any) -> Any:
    """What a download leaves: files and their record."""

    def put(name: str) -> Any:
        where = hub_files.folder(name)
        where.mkdir(parents=True)
        digest = hashlib.sha256(CONTENT).hexdigest()
        one = {"sha256": digest, "size": 7, "stated": digest, "stated_by": "lfs sha256"}
        for file in hub.FILES:
            (where / file).write_bytes(CONTENT)
        files = dict.fromkeys(hub.FILES, one)
        told = {"repo": hub.REPOS[name].id, "commit": "c" * 40, "from": "x", "files": files}
        (where / hub.RECORD).write_text(json.dumps(told))
        return where

    return put


@BOTH
def test_every_model_is_a_row_with_numbers_as_numbers(house: Any, language: str) -> None:
    reader, words = Reader("backbones", language), i18n.texts(language)
    rows = next(
        one.value for one in reader.app.dataframe if words["hub.model"] in one.value.columns
    )
    assert list(rows[words["hub.model"]]) == [words[f"backbone.{name}"] for name in catalog.texts()]
    for key in ("backbones.parameters.unit", "hub.layers", "hub.width", "backbones.megabytes"):
        assert rows[words[key]].dtype.kind in "if", key
    rows = rows.set_index(words["hub.model"])
    assert rows.loc[words["backbone.bert_base"], words["hub.layers"]] == 12
    assert reader.errors == []
    if language == "ko":
        assert left_in_english(reader.texts()) == []


@BOTH
def test_what_is_not_here_is_offered_and_fails_with_a_sentence(house: Any, language: str) -> None:
    reader = Reader("backbones", language)
    assert not reader.has("backbones.text.lab")
    reader.click("fetch.bert_base.start")
    [run_id] = house.waiting()
    assert house.run(run_id).spec == {"kind": "fetch", "what": "backbone", "name": "bert_base"}
    values = {"repo": "google-bert/bert-base-uncased", "revision": "main"}
    house.fail(run_id, "hub.no_safetensors", **values)
    told = i18n.tell(UserError("hub.no_safetensors", **values), language)
    assert reader.run().errors == [told]


@BOTH
def test_what_is_here_shows_its_record_and_goes_to_the_lab(
    house: Any, fetched: Any, language: str
) -> None:
    fetched("gpt2")
    reader = Reader("backbones", language).choose("backbones.text.row", "gpt2")
    assert not reader.has("fetch.gpt2.start")
    record = reader.app.dataframe[-1].value
    assert list(record["sha256"]) == [hashlib.sha256(CONTENT).hexdigest()] * len(hub.FILES)
    assert any("c" * 40 in one.value for one in reader.app.markdown)
    reader.click("backbones.text.lab")
    assert reader.widget("fine_tune_text.backbone").value == "gpt2"


def test_a_record_that_was_changed_is_told(house: Any, fetched: Any) -> None:
    where = fetched("bert_base")
    (where / hub.RECORD).write_text("{}")
    reader = Reader("backbones")
    assert reader.errors == [i18n.tell(UserError("hub.record", backbone="bert_base"), "en")]
    assert not stored.present("bert_base")
    assert reader.run().has("fetch.bert_base.start")


def test_what_is_here_can_be_removed(house: Any, fetched: Any) -> None:
    fetched("bert_base")
    reader = Reader("backbones").click("fetch.bert_base.remove")
    assert not stored.present("bert_base")
    assert reader.run().has("fetch.bert_base.start")


def test_a_model_of_a_package_that_is_missing_says_how_to_get_it(
    house: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(packaged, "present", lambda name: False)
    row = catalog.texts()["minilm"]
    assert fetching.where(row.id) == "package"
    reader = Reader("backbones").choose("backbones.text.row", "minilm")
    assert reader.errors == [i18n.tell(packaged.absent("minilm"), "en")]


def test_a_model_that_was_not_downloaded_cannot_be_chosen_for_fine_tuning(
    house: Any, fetched: Any
) -> None:
    from tlcore.experiments.text import presets as fine_tune_text

    assert not set(hub.REPOS) & set(fine_tune_text.encoders())
    fetched("xlnet_base")
    assert set(hub.REPOS) & set(fine_tune_text.encoders()) == {"xlnet_base"}
