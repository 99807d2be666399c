"""Models of the hub: its hashes decide, its commit is kept, and each later start checks again."""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import huggingface_hub
import pytest

from tests.tlcore.fetching import hub_server, tiny_hub
from tests.tlcore.fetching.hub_server import COMMIT, Hub
from tlcore import __main__ as cli
from tlcore import catalog
from tlcore.catalog import hub, hub_config, hub_files, stored, whole_files
from tlcore.experiments.fetch import run as downloads
from tlcore.experiments.fetch.spec import FetchSpec
from tlcore.fetching import http_file, hub_client, hub_fetch
from tlcore.ground import paths
from tlcore.ground.errors import UserError
from tlcore.ground.recipe import Compute
from tlcore.runs import spec
from tlcore.runs.spec import FineTuneSpec
from tlcore.words import i18n

NAME = "bert_base"
NAMES = tuple(hub.REPOS)


@pytest.fixture(scope="module")
def server(unhurried: None) -> Iterator[Hub]:
    with hub_server.serving() as running:
        yield running


@pytest.fixture(scope="module")
def files() -> dict[str, bytes]:
    """Weights of some 300 kB, so that they can break off in the middle."""
    found = tiny_hub.files("bert")
    assert len(found[hub.WEIGHTS]) > 3 * hub_server.PIECE
    return found


@pytest.fixture(autouse=True)
def at(
    server: Hub, files: dict[str, bytes], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Hub:
    monkeypatch.setenv("TL_DATA_DIR", str(tmp_path))
    monkeypatch.setenv("HF_ENDPOINT", server.address + "/")
    monkeypatch.setattr(http_file, "BACKOFF", 0.02)
    monkeypatch.setattr(http_file, "SECONDS", 0.4)
    monkeypatch.setattr(hub_client, "SMALL", 10 * 2**20)
    monkeypatch.setitem(hub_config.SHAPES, NAME, tiny_hub.TINY["bert"].shape)
    server.files, server.fault, server.revision = files, "", "main"
    server.asked.clear()
    server.heard.clear()
    return server


def fetch(name: str = NAME) -> list[dict[str, Any]]:
    return list(downloads.rows(FetchSpec(what="backbone", name=name), Path(), Path()))


def later_boot(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(whole_files, "_boot", lambda: "another start of the machine")


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
