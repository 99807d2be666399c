"""The commands that make what the app is shipped with: `python -m tlcore NAME`, named and not
imported.  An experiment's own command stands in its folder (tlcore.runs.registry).
"""

from __future__ import annotations

from tlcore.runs.registry import Command

MAKING = (
    Command(
        "samples",
        "tlcore.making.pretrain.samples:main",
        "make the sample pictures of this project",
        options="tlcore.making.tool_options:samples",
    ),
    Command(
        "source",
        "tlcore.making.pretrain.source:main",
        "keep features of what a backbone was trained on",
        options="tlcore.making.tool_options:source",
    ),
    Command("fonts", "tlcore.making.pretrain.fonts:main", "cut the digits out of open fonts"),
    Command(
        "strips",
        "tlcore.making.strips:main",
        "make the small strips of pictures for the matrix",
        options="tlcore.making.tool_options:strips",
    ),
    Command(
        "sheet",
        "tlcore.making.sheet:main",
        "draw a contact sheet of a data set",
        options="tlcore.making.tool_options:sheet",
    ),
    Command(
        "sides",
        "tlcore.making.real.sides:main",
        "measure what the side of the pictures is worth, on real ones",
        options="tlcore.making.tool_options:sides",
    ),
    Command(
        "catalogue",
        "tlcore.making.catalogue_command:main",
        "count backbones and data sets, write their table",
    ),
    Command(
        "corpus",
        "tlcore.making.corpus_command:main",
        "read, measure and tokenize the project's own text",
    ),
    Command(
        "evidence",
        "tlcore.making.grid.command:main",
        "measure the grid: what was measured, and what it advises",
        left="goes_on",
    ),
)
_PRETRAINED = (
    Command(
        "clothing",
        "tlcore.making.pretrain.clothing:main",
        "the network for small grey pictures, from Fashion-MNIST",
        options="tlcore.making.pretrain_options:clothing",
        left="pretrain.goes_on",
    ),
    Command(
        "photo",
        "tlcore.making.pretrain.photo:main",
        "the network for photographs, from Tiny ImageNet or any folder of classes",
        options="tlcore.making.pretrain_options:photo",
        left="pretrain.goes_on",
    ),
    Command(
        "text",
        "tlcore.making.pretrain.text:main",
        "one of the small language models, from the project's own corpus",
        options="tlcore.making.pretrain_options:text",
        left="pretrain.resume",
    ),
    Command(
        "prompts",
        "tlcore.making.pretrain.prompts:main",
        "the small model that learns from its prompt",
        options="tlcore.making.pretrain_options:prompts",
        left="pretrain.resume",
    ),
)
PRETRAINED = {one.name: one for one in _PRETRAINED}  # python -m tlcore pretrain NAME
