"""Data sets of torchvision: from archives at a server of this machine to a run that trains on them.

The archives are small, their formats are those of the real ones; the real ones were not reachable.
"""

from __future__ import annotations

import dataclasses
import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

from tests.tlcore import archives
from tests.tlcore.fetching import faulty_server
from tests.tlcore.fetching.faulty_server import Faulty
from tlcore import catalog
from tlcore.catalog import stored
from tlcore.data import sets
from tlcore.data.known import torchvision_fetch, torchvision_rows
from tlcore.experiments.fetch import run as downloads
from tlcore.experiments.fetch.spec import FetchSpec
from tlcore.fetching import http_answer, http_file
from tlcore.ground.errors import UserError
from tlcore.networks import torchvision_import

SMALL = {"train_pool": 20, "val": 10, "test": 10}


@pytest.fixture(scope="module")
def server(unhurried: None) -> Iterator[str]:
    with faulty_server.serving() as address:
        yield address


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("TL_DATA_DIR", str(tmp_path))
    monkeypatch.setattr(http_file, "BACKOFF", 0.02)
    monkeypatch.setattr(http_answer, "ROOM", 0)
    return tmp_path


@pytest.fixture
def small(monkeypatch: pytest.MonkeyPatch) -> Any:
    """The row of one set with few pictures, everywhere the catalogue is asked."""

    def shrink(name: str, **fields: Any) -> catalog.DatasetRow:
        row = dataclasses.replace(catalog.dataset(name), **(SMALL | fields))
        rows = dict(catalog.datasets()) | {name: row}
        monkeypatch.setattr(catalog, "datasets", lambda: rows)
        return row

    return shrink


@pytest.fixture
def sent(server: str, monkeypatch: pytest.MonkeyPatch) -> Any:
    """Puts files at the server and torchvision's addresses and hashes there."""
    torchvision_import.ensure()
    from torchvision import datasets

    def send(name: str) -> None:
        visit = f"{server}/lies/{name}-{len(Faulty.visits)}"
        if name == "cifar10":
            content, hashes = archives.cifar10(list(torchvision_rows.SETS[name].classes), 4)
            Faulty.files["cifar.tar.gz"] = content
            made = datasets.CIFAR10
            monkeypatch.setattr(made, "url", f"{visit}/cifar.tar.gz")
            monkeypatch.setattr(made, "tgz_md5", archives.md5(content))
            for part in ("train_list", "test_list"):
                listed = [[file, hashes[file]] for file, _ in getattr(made, part)]
                monkeypatch.setattr(made, part, listed)
            monkeypatch.setattr(made, "meta", made.meta | {"md5": hashes["batches.meta"]})
        elif name == "mnist":
            files = archives.mnist(each=4)
            Faulty.files.update(files)
            listed = [(file, archives.md5(content)) for file, content in files.items()]
            monkeypatch.setattr(datasets.MNIST, "mirrors", [f"{visit}/"])
            monkeypatch.setattr(datasets.MNIST, "resources", listed)
        elif name == "dtd":
            Faulty.files["dtd.tar.gz"] = archives.dtd(torchvision_rows.SETS["dtd"].classes, 2)
            monkeypatch.setattr(datasets.DTD, "_URL", f"{visit}/dtd.tar.gz")
            monkeypatch.setattr(datasets.DTD, "_MD5", archives.md5(Faulty.files["dtd.tar.gz"]))
        elif name == "svhn":
            listed = {}
            for part in ("train", "test"):
                content = archives.svhn(each=4)
                Faulty.files[f"{part}.mat"] = content
                listed[part] = [f"{visit}/{part}.mat", f"{part}.mat", archives.md5(content)]
            monkeypatch.setattr(datasets.SVHN, "split_list", listed)
        else:
            content = archives.eurosat(torchvision_rows.SETS["eurosat"].classes, each=4)
            Faulty.files["EuroSAT.zip"] = content
            wanted = torchvision_fetch.Wanted

            def here(url: str, path: Path, digest: str, algorithm: str) -> Any:
                assert digest == "c8fa014336c82ac7804f0398fcb19387"  # torchvision writes it inside
                file = url.rsplit("/", 1)[-1]
                return wanted(f"{visit}/{file}", path, archives.md5(content), algorithm)

            monkeypatch.setattr(torchvision_fetch, "Wanted", here)

    return send


def fetch(name: str) -> list[dict[str, Any]]:
    return list(downloads.rows(FetchSpec(what="data", name=name), Path(), Path()))


@pytest.mark.usefixtures("unhurried")
@pytest.mark.parametrize("name", ["cifar10", "mnist", "eurosat", "dtd", "svhn"])
def test_a_set_is_fetched_decoded_and_read_without_torchvision(
    name: str, sent: Any, small: Any, folder: Path
) -> None:
    row = small(name, **({"train_pool": 94, "val": 47, "test": 47} if name == "dtd" else {}))
    sent(name)
    with pytest.raises(UserError, match=r"data\.absent"):
        sets.load(name, len(row.classes))
    rows = fetch(name)
    assert rows[-1]["status"] == "finished"
    assert rows[-1]["bytes"] == stored.bytes_on_disk(name) > 0
    assert stored.present(name)
    assert {p.name for p in (folder / "datasets").iterdir()} == {name, f"{name}.lock"}

    found = sets.load(name, row.train_pool)
    assert found.classes == row.classes
    for split, count in (
        (found.train, row.train_pool),
        (found.val, row.val),
        (found.test, row.test),
    ):
        assert split.images.shape == (count, row.channels, row.size, row.size)
        assert split.images.dtype == torch.uint8
        shades = split.images.flatten(1).float()
        assert shades.std(1).max() == 0  # the middle square, nothing of the white beside it
        of_label = split.labels % 12 if name == "dtd" else split.labels
        assert torch.equal(shades[:, 0].long() // 20, of_label)  # each picture with its label
        counts = torch.bincount(split.labels, minlength=len(row.classes))
        assert counts.max() - counts.min() <= 1  # equal shares
    again = sets.load(name, row.train_pool)
    assert again.sha256 == found.sha256
    fewer = sets.load(name, len(row.classes), seed=1)
    assert len(fewer.train) == len(row.classes)
    assert torch.equal(fewer.test.images, found.test.images)


@pytest.mark.usefixtures("unhurried")
def test_val_and_test_of_a_set_without_parts_are_pictures_of_their_own(
    sent: Any, small: Any
) -> None:
    """EuroSAT comes in one part: 40 pictures of 40 shades become 20, 10 and 10."""
    small("eurosat")
    sent("eurosat")
    fetch("eurosat")
    found = sets.load("eurosat", 20)
    shades = [split.images[:, 0, 0, 0] for split in (found.train, found.val, found.test)]
    assert len(torch.cat(shades).unique()) == 40


@pytest.mark.usefixtures("unhurried")
def test_a_run_reads_the_file_without_importing_torchvision(
    sent: Any, small: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    small("mnist")
    sent("mnist")
    fetch("mnist")
    for name in [n for n in sys.modules if n.split(".")[0] == "torchvision"]:
        monkeypatch.setitem(sys.modules, name, None)
    assert len(sets.load("mnist", 10).train) == 10


@pytest.mark.usefixtures("unhurried")
def test_a_damaged_set_is_set_aside_and_absent_from_then_on(sent: Any, small: Any) -> None:
    small("mnist")
    sent("mnist")
    fetch("mnist")
    file = stored.place("mnist") / "pixels.bin"
    content = bytearray(file.read_bytes())
    content[100] ^= 1
    file.write_bytes(content)
    with pytest.raises(UserError) as caught:
        sets.load("mnist", 10)
    assert (caught.value.key, caught.value.values) == ("data.set_aside", {"data": "mnist"})
    assert not stored.present("mnist")
    with pytest.raises(UserError, match=r"data\.absent"):
        sets.load("mnist", 10)


@pytest.mark.usefixtures("unhurried")
@pytest.mark.parametrize("harm", ["cut", "no facts", "other choice"])
def test_a_set_that_is_not_what_the_catalogue_says_is_set_aside(
    sent: Any, small: Any, harm: str
) -> None:
    small("mnist")
    sent("mnist")
    fetch("mnist")
    folder = stored.place("mnist")
    if harm == "cut":
        (folder / "pixels.bin").write_bytes(b"")
    elif harm == "no facts":
        (folder / "set.json").write_text("[]")
    else:
        small("mnist", fingerprint="of another version")
    with pytest.raises(UserError, match=r"data\.set_aside"):
        sets.load("mnist", 10)


def test_an_absent_set_is_told_with_its_size_where_it_is_known() -> None:
    for name, size in (("eurosat", 89.9), ("cifar10", None)):
        with pytest.raises(UserError) as caught:
            sets.load(name, 100)
        assert caught.value.key == "data.absent"
        assert caught.value.values == {"data": name, "megabytes": size}


@pytest.mark.usefixtures("unhurried")
def test_what_the_network_does_is_told_as_for_weights(
    sent: Any, small: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    from torchvision import datasets

    small("mnist")
    sent("mnist")
    hashes = [(file, "0" * 32) for file, _ in datasets.MNIST.resources]
    monkeypatch.setattr(datasets.MNIST, "resources", hashes)
    with pytest.raises(UserError, match=r"download\.wrong_answer"):
        fetch("mnist")
    monkeypatch.setattr(datasets.MNIST, "mirrors", ["http://127.0.0.1:9/"])
    with pytest.raises(UserError, match=r"download\.no_network"):
        fetch("mnist")
    assert not stored.present("mnist")


@pytest.mark.usefixtures("unhurried")
def test_torchvisions_own_functions_are_back_afterwards(sent: Any, small: Any) -> None:
    from torchvision.datasets import svhn, utils

    before = (utils.download_url, utils.extract_archive, svhn.download_url)
    small("svhn")
    sent("svhn")
    fetch("svhn")
    assert (utils.download_url, utils.extract_archive, svhn.download_url) == before


@pytest.mark.usefixtures("unhurried")
def test_a_set_with_fewer_pictures_than_its_row_is_a_bug_with_a_name(sent: Any, small: Any) -> None:
    small("mnist", train_pool=5000)
    sent("mnist")
    with pytest.raises(ValueError, match="mnist"):
        fetch("mnist")
    assert not stored.present("mnist")


@pytest.mark.usefixtures("unhurried")
def test_an_archive_whose_classes_are_in_another_order_is_no_data_set_of_ours(
    sent: Any, small: Any
) -> None:
    row = small("cifar10")
    small("cifar10", classes=tuple(reversed(row.classes)))
    sent("cifar10")
    with pytest.raises(ValueError, match="cifar10: the archive has the classes"):
        fetch("cifar10")
    assert not stored.present("cifar10")


def test_every_row_names_a_set_of_torchvision_and_its_classes() -> None:
    torchvision_import.ensure()
    from torchvision import datasets

    for name, wanted in torchvision_rows.SETS.items():
        row, made = catalog.dataset(name), getattr(datasets, wanted.torchvision)
        assert row.train_pool <= 20_000
        assert len(set(row.classes)) == len(row.classes) > 1
        known = getattr(made, "classes", None)
        if isinstance(known, list) and not wanted.classes:
            assert row.classes == tuple(known)
    assert len(catalog.dataset("flowers102").classes) == 102
    assert len(catalog.dataset("gtsrb").classes) == 43


@pytest.mark.usefixtures("unhurried")
def test_facts_on_the_disk_can_be_read_by_people(sent: Any, small: Any) -> None:
    small("svhn")
    sent("svhn")
    fetch("svhn")
    facts = json.loads((stored.place("svhn") / "set.json").read_text())
    assert facts.keys() == {"fingerprint", "train_pool", "val", "labels", "sha256"}
    assert np.bincount(facts["labels"]).tolist() == [4] * 10  # 2 + 1 + 1; digit 0 is class 0
