"""Tests of tlcore.making.pretrain."""
