"""Photographs are met with ImageNet's network where it is, and with the app's own where not."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests import needs
from tlcore import catalog
from tlcore.catalog import packaged, usual


@needs.imagenet
@pytest.mark.parametrize("source", ["own", "download"])
def test_photographs_are_met_with_the_network_that_knows_imagenet(source):
    assert usual.backbone(source) == "imagenet"


@pytest.mark.parametrize("source", ["own", "download"])
def test_without_its_package_with_what_the_app_brings(monkeypatch, source):
    monkeypatch.setattr(packaged.Package, "folder", lambda self: None)
    assert usual.backbone(source) == "photo"


@needs.imagenet
def test_a_package_without_its_file_counts_as_none(monkeypatch, tmp_path):
    monkeypatch.setattr(packaged.Package, "folder", lambda self: Path(tmp_path))
    assert usual.backbone("own") == "photo"


def test_every_set_of_the_catalogue_has_a_usual_backbone_that_is_here():
    for row in catalog.datasets().values():
        assert usual.backbone(row.source) in catalog.backbones()
        assert usual.photographed(row.source) == (row.source == "download")
