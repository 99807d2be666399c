"""Models that are tables: one vector for each piece, whatever stands around it."""

from __future__ import annotations

from torch import nn

from tlcore.data.texts.tokenizer import ENTRIES

WIDTH = 96


class Table(nn.Embedding):
    """A vector for each piece."""

    def reset_parameters(self) -> None:
        nn.init.normal_(self.weight, std=0.1)


class Vectors(nn.Module):
    """Two tables: a word in the middle, a word around it (Mikolov et al. 2013, arXiv:1301.3781)."""

    def __init__(self, width: int = WIDTH) -> None:
        super().__init__()
        self.middle = Table(ENTRIES, width)
        self.around = Table(ENTRIES, width)
        nn.init.zeros_(self.around.weight)  # at first every neighbour is as likely


class Static(nn.Module):
    """One table, computed from counts: nothing to train."""

    def __init__(self, width: int = WIDTH) -> None:
        super().__init__()
        self.middle = Table(ENTRIES, width)
