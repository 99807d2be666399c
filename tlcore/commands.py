"""The commands that make what the app is shipped with: `python -m tlcore NAME`, named and not
imported.  An experiment's own command stands in its folder (tlcore.registry).
"""

from __future__ import annotations

from tlcore.registry import Command

MAKING = (
    Command(
        "samples",
        "tlcore.pretrain.samples:main",
        "make the sample pictures of this project",
        options="tlcore.tool_options:samples",
    ),
    Command(
        "source",
        "tlcore.pretrain.source:main",
        "keep features of what a backbone was trained on",
        options="tlcore.tool_options:source",
    ),
    Command("fonts", "tlcore.pretrain.fonts:main", "cut the digits out of open fonts"),
    Command(
        "strips",
        "tlcore.data.strips:main",
        "make the small strips of pictures for the matrix",
        options="tlcore.tool_options:strips",
    ),
    Command(
        "sheet",
        "tlcore.data.sheet:main",
        "draw a contact sheet of a data set",
        options="tlcore.tool_options:sheet",
    ),
    Command(
        "catalogue",
        "tlcore.catalogue_command:main",
        "count backbones and data sets, write their table",
    ),
    Command(
        "corpus",
        "tlcore.text.command:main",
        "read, measure and tokenize the project's own text",
    ),
)
_PRETRAINED = (
    Command(
        "clothing",
        "tlcore.pretrain.clothing:main",
        "the network for small grey pictures, from Fashion-MNIST",
        options="tlcore.pretrain_options:clothing",
        left="pretrain.goes_on",
    ),
    Command(
        "photo",
        "tlcore.pretrain.photo:main",
        "the network for photographs, from Tiny ImageNet or any folder of classes",
        options="tlcore.pretrain_options:photo",
        left="pretrain.goes_on",
    ),
    Command(
        "text",
        "tlcore.pretrain.text:main",
        "one of the small language models, from the project's own corpus",
        options="tlcore.pretrain_options:text",
        left="pretrain.resume",
    ),
    Command(
        "prompts",
        "tlcore.pretrain.prompts:main",
        "the small model that learns from its prompt",
        options="tlcore.pretrain_options:prompts",
        left="pretrain.resume",
    ),
)
PRETRAINED = {one.name: one for one in _PRETRAINED}  # python -m tlcore pretrain NAME
