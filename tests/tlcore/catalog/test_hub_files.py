"""Models of the hub that are here: each later start checks them again, a run is named by them."""

from __future__ import annotations

import hashlib
import json
import os
from typing import Any

import huggingface_hub
import pytest

from tests.tlcore.catalog.hub_house import (
    NAME,
    at_the_hub,  # noqa: F401 (a fixture)
    fetch,
    hub_of_this_machine,  # noqa: F401 (a fixture)
    hub_repository,  # noqa: F401 (a fixture)
)
from tests.tlcore.fetching.hub_server import Hub
from tlcore import __main__ as cli
from tlcore import catalog
from tlcore.catalog import hub, hub_files, stored, whole_files
from tlcore.ground.errors import UserError
from tlcore.ground.recipe import Compute
from tlcore.runs import spec
from tlcore.runs.spec import FineTuneSpec
from tlcore.words import i18n

NAMES = tuple(hub.REPOS)


def later_boot(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(whole_files, "_boot", lambda: "another start of the machine")


@pytest.mark.usefixtures("unhurried")
def test_offline_the_hub_is_not_asked_and_what_is_here_is_used(
    at: Hub, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(huggingface_hub.constants, "HF_HUB_OFFLINE", True)
    with pytest.raises(UserError) as caught:
        fetch()
    assert caught.value.key == "hub.offline"
    for language in i18n.LANGUAGES:
        assert "google-bert/bert-base-uncased" in i18n.tell(caught.value, language)
    assert at.asked == []
    monkeypatch.setattr(huggingface_hub.constants, "HF_HUB_OFFLINE", False)
    fetch()
    monkeypatch.setattr(huggingface_hub.constants, "HF_HUB_OFFLINE", True)
    [row] = fetch()
    assert row["already"]
    assert hub_files.file(NAME, hub.WEIGHTS).exists()


@pytest.mark.usefixtures("unhurried")
@pytest.mark.parametrize("which", hub.FILES)
def test_every_later_start_checks_the_files_again(
    at: Hub, monkeypatch: pytest.MonkeyPatch, which: str
) -> None:
    """Each of them, whichever is asked for."""
    fetch()
    hub_files.file(NAME, hub.WEIGHTS)
    path = hub_files.folder(NAME) / which
    content = bytearray(path.read_bytes())
    content[-1] ^= 1
    told = path.stat()
    path.write_bytes(content)
    os.utime(path, ns=(told.st_atime_ns, told.st_mtime_ns))  # size and time are as they were
    hub_files.file(NAME, hub.WEIGHTS)  # the same start: it was hashed already
    later_boot(monkeypatch)
    with pytest.raises(UserError) as caught:
        hub_files.file(NAME, hub.WEIGHTS)
    assert caught.value.key == "weights.set_aside"
    assert not stored.present(NAME)
    assert path.with_name(path.name + whole_files.DAMAGED).exists()
    fetch()
    assert hub_files.file(NAME, hub.WEIGHTS).exists()


def spoilt(told: dict[str, Any], how: str) -> Any:
    weights = told["files"][hub.WEIGHTS]
    if how == "other sha256":
        weights["sha256"] = weights["stated"] = hashlib.sha256(b"another").hexdigest()
    elif how == "contradiction":
        weights["sha256"] = hashlib.sha256(b"another").hexdigest()
    elif how == "other repo":
        told["repo"] = "somebody/else"
    elif how == "file gone":
        del told["files"][hub.TOKENIZER]
    elif how == "other kind":
        weights["stated_by"] = "md5"
    return [] if how == "list" else told


@pytest.mark.usefixtures("unhurried")
@pytest.mark.parametrize(
    ("how", "key"),
    [
        ("other sha256", "weights.set_aside"),
        ("contradiction", "hub.record"),
        ("other repo", "hub.record"),
        ("file gone", "hub.record"),
        ("other kind", "hub.record"),
        ("list", "hub.record"),
        ("no json", "hub.record"),
    ],
)
def test_a_record_that_was_changed_is_refused_at_the_next_start(
    at: Hub, monkeypatch: pytest.MonkeyPatch, how: str, key: str
) -> None:
    fetch()
    record = hub_files.folder(NAME) / hub.RECORD
    told = spoilt(json.loads(record.read_text()), how)
    record.write_text("{" if how == "no json" else json.dumps(told))
    later_boot(monkeypatch)
    with pytest.raises(UserError) as caught:
        hub_files.file(NAME, hub.WEIGHTS)
    assert caught.value.key == key
    assert not stored.present(NAME)
    at.asked.clear()
    fetch()
    assert hub_files.file(NAME, hub.WEIGHTS).exists()
    again = sum(path.endswith(hub.WEIGHTS) for path in at.asked)
    assert (again > 0) == (key == "weights.set_aside")  # files that are right are kept


@pytest.mark.usefixtures("unhurried")
def test_a_file_of_another_commit_is_fetched_anew(at: Hub, files: Any) -> None:
    fetch()
    (hub_files.folder(NAME) / hub.RECORD).unlink()
    at.files = {**files, hub.TOKENIZER: files[hub.TOKENIZER] + b"\n"}
    fetch()
    assert hub_files.file(NAME, hub.TOKENIZER).read_bytes() == files[hub.TOKENIZER] + b"\n"


@pytest.mark.usefixtures("unhurried")
def test_a_run_is_named_by_the_weights_that_are_here(at: Hub) -> None:
    asked = FineTuneSpec(backbone=NAME, data="reviews", read=13, keep=13, freeze=13)

    def named() -> str:
        return spec.hash_of(asked, Compute(), "x")

    before = named()
    fetch()
    assert catalog.backbone(NAME).fingerprint == hub_files.weights(NAME)
    assert len(hub_files.weights(NAME)) == 64
    assert named() != before


@pytest.mark.usefixtures("unhurried")
def test_removing_frees_the_disk_and_leaves_the_neighbours(at: Hub) -> None:
    fetch()
    assert stored.bytes_on_disk(NAME) > 300_000
    stored.remove(NAME)
    assert not stored.present(NAME)
    assert stored.bytes_on_disk(NAME) == 0
    names = sorted(NAMES)
    assert not any(b.startswith(a) for a in names for b in names if a != b)  # places are globbed


@pytest.mark.usefixtures("unhurried")
def test_the_command_fetches_by_name_and_lists(at: Hub, capsys: Any) -> None:
    assert cli.main(["fetch", NAME]) == 0
    assert f"{NAME}: done" in capsys.readouterr().out
    assert cli.main(["fetch", "--list"]) == 0
    lines = dict(line.split(maxsplit=1) for line in capsys.readouterr().out.splitlines())
    assert lines[NAME].startswith("here, ")
    assert lines["gpt2"] == "not here yet, 475 MB"
    assert set(NAMES) <= lines.keys()
