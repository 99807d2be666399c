"""Models of the hub are fetched: its hashes decide, its commit is kept, nothing else comes."""

from __future__ import annotations

import contextlib
import hashlib
import json
import subprocess
import sys
from pathlib import Path
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
from tests.tlcore.fetching import hub_server
from tests.tlcore.fetching.hub_server import COMMIT, Hub
from tlcore import catalog
from tlcore.catalog import hub, hub_files, stored, whole_files
from tlcore.experiments.fetch import run as downloads
from tlcore.experiments.fetch.spec import FetchSpec
from tlcore.fetching import http_file, hub_client, hub_fetch
from tlcore.ground import paths
from tlcore.ground.errors import UserError
from tlcore.words import i18n


@pytest.mark.usefixtures("unhurried")
@pytest.mark.parametrize("fault", ["", "relative", "moved", "slow", "cut"])
def test_all_files_of_one_commit_are_fetched_and_recorded(at: Hub, files: Any, fault: str) -> None:
    """From another host, from the same one, slowly, and through connections that break."""
    at.fault = fault
    rows = fetch()
    assert rows[-1]["status"] == "finished"
    assert stored.present(NAME)
    where = hub_files.folder(NAME)
    for name in hub.FILES:
        assert (where / name).read_bytes() == files[name]
    told = json.loads((where / hub.RECORD).read_text())
    assert (told["repo"], told["commit"]) == ("google-bert/bert-base-uncased", COMMIT)
    assert told["from"] == at.address
    weights, config = told["files"][hub.WEIGHTS], told["files"][hub.CONFIG]
    assert weights["stated_by"] == "lfs sha256"
    assert weights["stated"] == weights["sha256"]
    assert config["stated_by"] == "git sha1"
    for name, one in told["files"].items():
        assert one["sha256"] == hashlib.sha256(files[name]).hexdigest()
        assert one["size"] == len(files[name])
    done = [row["done"] for row in rows[:-1] if row["file"] != hub_fetch.listing_of(NAME)]
    assert done == sorted(done)
    assert done[-1] == sum(len(files[name]) for name in hub.FILES)
    assert not any(p.name.endswith((".damaged", ".partial", ".half")) for p in where.iterdir())


@pytest.mark.usefixtures("unhurried")
def test_a_download_that_is_stopped_goes_on_behind_what_has_come(at: Hub, files: Any) -> None:
    at.fault = "cut"
    before = len(files[hub.CONFIG]) + len(files[hub.TOKENIZER])
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(http_file, "BACKOFF", 20.0)  # between two pieces
        patch.setattr(downloads, "STILL_S", 0.0)
        rows = downloads.rows(FetchSpec(what="backbone", name=NAME), Path(), Path())
        with contextlib.closing(rows):  # type: ignore[type-var]
            for row in rows:
                if row["done"] >= before + hub_server.PIECE:
                    break
    at.asked.clear()
    at.heard.clear()
    fetch()
    told = zip(at.asked, at.heard, strict=True)
    ranges = [headers.get("range") for path, headers in told if path.startswith("/lfs/")]
    assert ranges[0] == f"bytes={hub_server.PIECE}-"
    assert (hub_files.folder(NAME) / hub.WEIGHTS).read_bytes() == files[hub.WEIGHTS]


@pytest.mark.usefixtures("unhurried")
def test_no_pickle_and_no_code_is_ever_asked_for(at: Hub) -> None:
    fetch()
    asked = {path.rsplit("/", 1)[-1] for path in at.asked}
    assert asked == {"main", *hub.FILES}
    assert {"pytorch_model.bin", "modeling.py"} <= set(at.files)


@pytest.mark.usefixtures("unhurried")
def test_no_token_and_nothing_of_this_machine_is_sent(
    at: Hub, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nor is anything kept in the folder that other programs share."""
    monkeypatch.setattr(huggingface_hub.constants, "HF_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("HF_TOKEN", "hf_secret")
    fetch()
    assert len(at.heard) == len(at.asked) > len(hub.FILES)
    for headers in at.heard:
        assert headers["user-agent"] == "transfer-lab"
        assert "authorization" not in headers
        assert "hf_secret" not in str(headers)
    assert not (tmp_path / "home").exists()


@pytest.mark.usefixtures("unhurried")
def test_the_library_is_loaded_by_who_fetches_alone() -> None:
    """Half a second that neither a page nor the command's help is to wait for."""
    code = (
        "import sys; from tlcore import catalog\n"
        "from tlcore.experiments.fetch import command, run\n"
        "from tlcore.catalog import hub_files, stored\n"
        "print(stored.present('bert_base'), catalog.backbone('bert_base').hub)\n"
        "sys.exit('huggingface_hub' in sys.modules or 'httpx2' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code], cwd=paths.ROOT).returncode == 0


def test_git_hashes_are_gits_own(files: Any) -> None:
    """`git hash-object` of a known file: a line "hello"."""
    stated = hub_client.Stated(6, "ce013625030ba8dba906f756967f9e9ca394464a", "git sha1")
    assert hashlib.sha1(stated.before + b"hello\n").hexdigest() == stated.digest


FAULTS = {
    "wrong": "download.wrong_answer",
    "html": "download.wrong_answer",
    "html_config": "download.wrong_answer",
    "long_config": "download.wrong_answer",
    "endless": "download.wrong_answer",
    "longer": "download.wrong_answer",
    "endless_api": "download.wrong_answer",
    "busy": "download.refused",
    "busy_api": "download.refused",
    "gone": "download.refused",
    "silent": "download.no_network",
    "html_api": "hub.no_answer",
    "no_safetensors": "hub.no_safetensors",
    "no_tokenizer": "hub.no_file",
    "no_hash": "hub.no_hash",
    "short_hash": "hub.no_hash",
    "upper_hash": "hub.no_hash",
    "named_hash": "hub.no_hash",
    "number_hash": "hub.no_hash",
    "no_lfs": "hub.no_hash",
    "no_size": "hub.no_hash",
    "no_blob": "hub.no_hash",
    "huge_config": "hub.no_hash",
}


@pytest.mark.usefixtures("unhurried")
@pytest.mark.parametrize(("fault", "key"), FAULTS.items())
def test_what_cannot_be_checked_is_refused_in_one_sentence(at: Hub, fault: str, key: str) -> None:
    """And the same download succeeds once the fault is gone."""
    at.fault = fault
    with pytest.MonkeyPatch.context() as hurry:
        if fault == "silent":  # what three times 5 s of silence would tell
            hurry.setattr(http_file, "SECONDS", 0.5)
        with pytest.raises(UserError) as caught:
            fetch()
    assert caught.value.key == key
    for language in i18n.LANGUAGES:
        sentence = i18n.tell(caught.value, language)
        assert "{" not in sentence
        assert sentence != key
    assert not stored.present(NAME)
    assert catalog.backbone(NAME).fingerprint == ""
    if key.startswith("hub."):
        assert not any("/resolve/" in path for path in at.asked)  # no byte of it was fetched
    at.fault = ""
    assert fetch()[-1]["status"] == "finished"
    assert stored.present(NAME)


@pytest.mark.usefixtures("unhurried")
def test_weights_with_a_wrong_hash_are_set_aside(at: Hub, files: Any) -> None:
    at.fault = "wrong"
    with pytest.raises(UserError, match=r"download\.wrong_answer"):
        fetch()
    where = hub_files.folder(NAME)
    assert not (where / hub.WEIGHTS).exists()
    assert not (where / hub.RECORD).exists()
    aside = (where / (hub.WEIGHTS + whole_files.DAMAGED)).read_bytes()
    assert aside == files[hub.WEIGHTS][:-1] + b"!"


@pytest.mark.usefixtures("unhurried")
@pytest.mark.parametrize(("fault", "most"), [("longer", 0), ("endless", 1)])
def test_no_more_is_taken_than_the_file_can_be(at: Hub, files: Any, fault: str, most: int) -> None:
    """Where the length is told not a byte is; of a body without an end, one file's worth."""
    at.fault = fault
    with pytest.raises(UserError, match=r"download\.wrong_answer"):
        fetch()
    where = hub_files.folder(NAME)
    begun = [p for p in where.glob("*") if p.name.startswith(hub.WEIGHTS + ".")]
    taken = sum(p.stat().st_size for p in begun if p.suffix != ".lock")
    assert taken <= most * len(files[hub.WEIGHTS])


@pytest.mark.usefixtures("unhurried")
@pytest.mark.parametrize("key", ["model_type", "hidden_size", "vocab_size"])
def test_another_model_is_refused_before_its_weights_come(at: Hub, files: Any, key: str) -> None:
    config = json.loads(files[hub.CONFIG]) | {key: "roberta" if key == "model_type" else 17}
    at.files = {**files, hub.CONFIG: json.dumps(config).encode()}
    with pytest.raises(UserError) as caught:
        fetch()
    assert caught.value.key == "hub.other_model"
    assert key in caught.value.values["what"]
    assert not any(path.endswith(hub.WEIGHTS) for path in at.asked)


@pytest.mark.usefixtures("unhurried")
@pytest.mark.parametrize("content", [b"[]", b"7", b"not json", b"[" * 100_000])
def test_a_config_that_says_nothing_is_refused(at: Hub, files: Any, content: bytes) -> None:
    at.files = {**files, hub.CONFIG: content}
    with pytest.raises(UserError, match=r"hub\.other_model"):
        fetch()


@pytest.mark.parametrize("answer", [b"[]", b"{}", b'{"sha": 7, "siblings": []}', b"[" * 100_000])
def test_an_answer_of_another_form_is_no_listing(answer: bytes) -> None:
    with pytest.raises(UserError, match=r"hub\.no_answer"):
        hub_client.read(answer, hub.REPOS[NAME])


@pytest.mark.usefixtures("unhurried")
def test_the_branch_of_xlnet_is_asked_for_by_its_name(at: Hub) -> None:
    assert hub_client.api(hub.REPOS["xlnet_base"]).endswith("/revision/refs%2Fpr%2F1?blobs=true")
    at.revision = "refs/pr/1"
    with pytest.raises(UserError, match=r"hub\.other_model"):  # it is BERT that lies there
        fetch("xlnet_base")


def test_without_the_variable_the_hub_itself_is_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    for value in (None, ""):
        monkeypatch.delenv("HF_ENDPOINT", raising=False)
        if value is not None:
            monkeypatch.setenv("HF_ENDPOINT", value)
        assert hub_client.api(hub.REPOS["gpt2"]) == (
            "https://huggingface.co/api/models/openai-community/gpt2/revision/main?blobs=true"
        )
