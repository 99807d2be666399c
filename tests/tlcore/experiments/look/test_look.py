"""One picture through every block: fields by hand, answers by hand, patches where they belong."""

from __future__ import annotations

import json

import numpy as np
import pytest
import torch
from PIL import Image
from torch import nn

from tests.tlcore.experiments.export.test_worker import done
from tlcore.data import heat, sets
from tlcore.experiments.look import run as look
from tlcore.experiments.look.run import answers, receptive, sheets, tiles
from tlcore.experiments.look.run.receptive import Box, Field
from tlcore.experiments.look.spec import LookSpec
from tlcore.ground.errors import UserError
from tlcore.networks import backbones
from tlcore.networks.backbone import InputSpec, prepare
from tlcore.runs.store.store import Store

pytestmark = pytest.mark.usefixtures("unhurried")

GREY = InputSpec(16, 1, (0.0,), (1.0,))


@pytest.fixture(scope="module")
def store(tmp_path_factory):
    store = Store(tmp_path_factory.mktemp("data") / "store.db")
    yield store
    store.close()


@pytest.fixture(scope="module")
def run(store):
    return done(store, data="garments", train_size=40, epochs=2, freeze=2, keep=7, read=7, lr=0.005)


# Receptive fields


def reached(blocks, size, row, column):
    """Rows and columns of the input that move a place of the output, found by gradients."""
    x = torch.zeros(1, 1, size, size, dtype=torch.float64, requires_grad=True)
    (gradient,) = torch.autograd.grad(blocks.double()(x)[0, :, row, column].sum(), x)
    rows, columns = (gradient[0, 0].abs().sum(d).nonzero()[:, 0] for d in (1, 0))
    top, left = int(rows[0]), int(columns[0])
    return Box(top, left, int(rows[-1]) - top + 1, int(columns[-1]) - left + 1)


class Shortcut(nn.Module):
    """Two ways of different width that meet."""

    def __init__(self, stride):
        super().__init__()
        self.wide = nn.Sequential(nn.Conv2d(2, 2, 3, stride, 1), nn.Conv2d(2, 2, 3, 1, 2, 2))
        self.narrow = nn.Conv2d(2, 2, 1, stride)

    def forward(self, x):
        return self.narrow(x) + self.wide(x)


@pytest.mark.parametrize("row", range(4))
@pytest.mark.parametrize("column", [0, 2])
def test_the_field_is_what_gradients_reach(row, column):
    pool = nn.AvgPool2d(2, 2)
    blocks = nn.Sequential(nn.Conv2d(1, 2, 3, 1, 1), Shortcut(2), nn.Sequential(Shortcut(1), pool))
    for weights in blocks.parameters():
        nn.init.ones_(weights)  # nothing cancels
    field = receptive.fields(blocks, GREY)[-1]
    assert receptive.box(field, row, column, 16) == reached(blocks, 16, row, column)


def test_fields_of_known_networks():
    """ResNet-18: 435 px, as Araujo, Norris and Sim 2019 give it; `clothing` by hand."""
    clothing = backbones.build("clothing", pretrained=False)
    found = receptive.fields(clothing.blocks, clothing.input)
    assert [f.size for f in found] == [3, 11, 19, 31, 47, 71, 103, 135]
    assert [f.jump for f in found] == [2, 2, 2, 4, 4, 8, 8, 8]
    resnet = backbones.build("resnet18", pretrained=False)
    assert receptive.fields(resnet.blocks, resnet.input)[-1].size == 435


def test_attention_and_a_pooled_map_see_everything():
    vit = backbones.build("vit_b_16", pretrained=False)
    small = nn.Sequential(*list(vit.blocks)[:2])
    sizes = [f.size for f in receptive.fields(small, vit.input)]
    assert sizes == [16, receptive.EVERYTHING]
    pooled = nn.Sequential(nn.Conv2d(1, 2, 3), nn.AdaptiveAvgPool2d(1))
    assert receptive.fields(pooled, GREY)[1].size == receptive.EVERYTHING


# What a channel answers


def test_answers_are_compared_with_those_to_the_other_pictures():
    blocks = nn.Sequential(nn.Conv2d(1, 2, 1, bias=False))
    nn.init.constant_(blocks[0].weight[0], 1.0)
    nn.init.constant_(blocks[0].weight[1], -1.0)
    images = torch.zeros(4, 1, 16, 16, dtype=torch.uint8)
    for n in range(4):
        images[n, 0, n, 2 * n] = 51 * (n + 1)  # 0.2, 0.4, 0.6, 0.8
    *_, (count, [many]) = answers.to_many(blocks, GREY, images)
    assert count == 4
    torch.testing.assert_close(many.best[:, 0], torch.tensor([0.2, 0.4, 0.6, 0.8]))
    assert many.where[:, 0].tolist() == [n * 16 + 2 * n for n in range(4)]
    assert many.liked(0, 3) == [3, 2, 1]
    [one] = answers.to_one(blocks, GREY, images[2:3])
    assert many.weaker(one)[0] == 0.5
    assert many.stands_out(one)[0] == pytest.approx(0.1 / np.std([0.2, 0.4, 0.6, 0.8], ddof=1))
    assert many.stands_out(one)[1] == 0  # its strongest answer is 0 to every picture
    assert many.brightness(one)[0].max() == pytest.approx(0.6 / 0.8)


def test_tokens_go_back_into_their_square_without_the_class():
    tokens = torch.arange(10.0).view(1, 1, 10, 1)
    assert answers.laid_out(tokens)[0, 0].tolist() == [[1, 2, 3], [4, 5, 6], [7, 8, 9]]
    assert answers.laid_out(torch.zeros(1, 5, 1, 1)).shape == (1, 5, 1, 1)


# Tiles


def test_a_patch_is_cut_where_the_place_looks_and_grey_beyond_the_edge():
    image = torch.arange(64, dtype=torch.uint8).view(1, 8, 8)
    field = Field(3, 2, -1)
    inside = tiles.cut(image, tiles.patch(field, 5, 4, 8), field, 5, 4, 3)  # row 1, column 1
    assert torch.equal(inside, image[:, 1:4, 1:4])
    corner = tiles.cut(image, tiles.patch(field, 0, 4, 8), field, 0, 4, 3)
    assert corner[0, 0].tolist() == [128, 128, 128]
    assert torch.equal(corner[:, 1:, 1:], image[:, :2, :2])


def test_where_a_place_sees_the_whole_picture_it_is_shown_whole_with_the_place():
    patch = tiles.patch(Field(31, 4, -15), 8, 7, 28)  # row 1, column 1
    assert patch.whole
    assert patch.place == Box(4, 4, 4, 4)
    assert not tiles.patch(Field(19, 2, -9), 8, 14, 28).whole


def test_heat_grows_lighter_all_the_way():
    light = heat.colours(np.linspace(0, 1, 50)) @ np.array([0.2126, 0.7152, 0.0722])
    assert (np.diff(light) > 0).all()


# The run


def test_a_look_through_the_worker_tells_every_block(store):
    row = done(store, kind="look", picture=3).result
    assert [b["name"] for b in row["blocks"]] == ["stem", *(f"block{n}" for n in range(2, 9))]
    assert [b["size"] for b in row["blocks"]] == [14, 14, 14, 7, 7, 4, 4, 4]
    assert row["label"] == int(sets.load("garments", 10).test.labels[3])
    assert row["activations_before"]["count"] == 8 * look.CHANNELS
    assert "patches_after" not in row
    for block in row["blocks"]:
        strengths = [line["deviations"] for line in block["before"]]
        assert strengths == sorted(strengths, reverse=True)
        assert [line["channel"] for line in block["before"]] == block["shown"]


def test_what_is_told_is_what_the_network_answers(store, tmp_path):
    *_, row = look.rows(LookSpec(picture=7), store.path.parent, tmp_path)
    pictures = sets.load("garments", row["pictures"])
    network = backbones.build("clothing")
    network.blocks.eval()
    block = row["blocks"][3]  # of 7 x 7 places
    first = block["before"][0]
    with torch.no_grad():
        x = network.blocks[:4](prepare(pictures.train.images, network.input))
    best = x[:, first["channel"]].flatten(1).amax(1)
    assert [p["picture"] for p in first["patches"]] == best.topk(sheets.PATCHES).indices.tolist()
    top = first["patches"][0]
    at = int(x[top["picture"], first["channel"]].argmax())
    assert top["place"][:2] == [round(n * 4 / 28, 4) for n in divmod(at, 7)]
    with Image.open(tmp_path / "patches-before.png") as sheet:
        columns, side = row["patches_before"]["columns"], 28
        left, upper = top["tile"] % columns * side, top["tile"] // columns * side
        tile = np.asarray(sheet.crop((left, upper, left + side, upper + side)))
    np.testing.assert_array_equal(tile, pictures.train.images[top["picture"], 0].numpy())


def test_frozen_blocks_answer_the_same_after_and_learning_ones_do_not(store, run):
    row = done(store, kind="look", picture=3, run=run.id).result
    assert row["states"] == ["frozen", "frozen", *["kept"] * 5, "dropped"]
    assert "after" not in row["blocks"][7]  # the head no longer sits there
    same = [block["before"] == block.get("after") for block in row["blocks"]]
    assert same[:2] == [True, True]
    strengths = [[line["deviations"] for line in row["blocks"][6][w]] for w in ("before", "after")]
    assert strengths[0] != strengths[1]
    assert [line["channel"] for line in row["blocks"][6]["after"]] == row["blocks"][6]["shown"]


def test_an_own_picture_in_colour_is_looked_at_as_the_network_sees_it(store, tmp_path):
    import hashlib
    import io

    file = io.BytesIO()
    Image.fromarray(np.full((40, 30, 3), (255, 0, 0), np.uint8)).save(file, "PNG")
    name = hashlib.sha256(file.getvalue()).hexdigest()
    uploads = store.path.parent / "uploads"
    uploads.mkdir(exist_ok=True)
    (uploads / name).write_bytes(file.getvalue())
    *_, row = look.rows(LookSpec(upload=name), store.path.parent, tmp_path)
    assert row["label"] is None
    with Image.open(tmp_path / "input.png") as seen:
        assert (seen.size, seen.mode, seen.getpixel((5, 5))) == ((28, 28), "L", 76)  # 0.299 * 255
    *_, row = look.rows(LookSpec(upload=name, invert=True), store.path.parent, tmp_path)
    with Image.open(tmp_path / "input.png") as seen:
        assert seen.getpixel((5, 5)) == 179


def test_the_row_is_json_and_every_sheet_is_there(store, tmp_path):
    *progress, row = look.rows(LookSpec(picture=0), store.path.parent, tmp_path)
    assert json.loads(json.dumps(row, allow_nan=False)) == row
    assert [p["done"] for p in progress][-1] == row["pictures"] == look.MOST
    for name in ("shown", "input", "choices", "activations_before", "patches_before"):
        assert (tmp_path / row[name]["file"]).is_file()
    assert sorted(set(row["choices"]["label"])) == [0, 1, 2, 3]


@pytest.mark.parametrize(
    ("asked", "key"),
    [
        ({"picture": 10**6}, "explain.picture"),
        ({"picture": 0, "run": "0" * 32}, "run.gone"),
        ({"upload": "a" * 64}, "picture.gone"),
    ],
)
def test_what_cannot_be_looked_at_is_told(store, tmp_path, asked, key):
    with pytest.raises(UserError) as caught:
        list(look.rows(LookSpec(**asked), store.path.parent, tmp_path))
    assert caught.value.key == key


def test_a_run_on_other_pictures_is_refused(store, run, tmp_path):
    asked = LookSpec(picture=0, run=run.id, data="digits")
    with pytest.raises(UserError) as caught:
        list(look.rows(asked, store.path.parent, tmp_path))
    assert caught.value.key == "look.other_run"


def test_a_heavy_network_meets_fewer_pictures():
    assert look.compared("clothing", 4, 6000) == look.MOST
    assert look.compared("resnet152", 10, 6000) == 40
    assert look.compared("clothing", 4, 30) == 30
