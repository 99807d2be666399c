"""Which data sets of torchvision the app offers, and what is taken of each.

Names, hashes and addresses are torchvision's own; what no class of it carries stands here with the
place where it comes from.
"""

from __future__ import annotations

import hashlib
import inspect
import json
import re
from dataclasses import dataclass
from typing import Any

from tlcore.networks import torchvision_import

VERSION = 1  # of the choice of pictures and of the resizing
Part = dict[str, Any]  # arguments of torchvision's class that name one of its parts


@dataclass(frozen=True)
class Set:
    """`learn` gives the pool and validation, `test` the test pictures; without `test`, all three
    come from `learn`.  `classes` empty: the names that torchvision's class itself carries."""

    torchvision: str
    side: int
    channels: int
    train_pool: int
    val: int
    test_size: int
    learn: tuple[Part, ...]
    test: tuple[Part, ...]
    classes: tuple[str, ...] = ()
    licence: str = "see origin"
    megabytes: float | None = None  # to download, 2**20 bytes, where it was found written


# Names that torchvision reads from the annotations, in the order of the labels.
PETS = """
Abyssinian, American Bulldog, American Pit Bull Terrier, Basset Hound, Beagle, Bengal, Birman,
Bombay, Boxer, British Shorthair, Chihuahua, Egyptian Mau, English Cocker Spaniel, English
Setter, German Shorthaired, Great Pyrenees, Havanese, Japanese Chin, Keeshond, Leonberger, Maine
Coon, Miniature Pinscher, Newfoundland, Persian, Pomeranian, Pug, Ragdoll, Russian Blue, Saint
Bernard, Samoyed, Scottish Terrier, Shiba Inu, Siamese, Sphynx, Staffordshire Bull Terrier,
Wheaten Terrier, Yorkshire Terrier
"""
# Names of the archives' folders, in the alphabet's order.
EUROSAT = """
AnnualCrop, Forest, HerbaceousVegetation, Highway, Industrial, Pasture, PermanentCrop,
Residential, River, SeaLake
"""
DTD = """
banded, blotchy, braided, bubbly, bumpy, chequered, cobwebbed, cracked, crosshatched,
crystalline, dotted, fibrous, flecked, freckled, frilly, gauzy, grid, grooved, honeycombed,
interlaced, knitted, lacelike, lined, marbled, matted, meshed, paisley, perforated, pitted,
pleated, polka-dotted, porous, potholed, scaly, smeared, spiralled, sprinkled, stained,
stratified, striped, studded, swirly, veined, waffled, woven, wrinkled, zigzagged
"""


def _names(text: str) -> tuple[str, ...]:
    return tuple(" ".join(name.split()) for name in text.split(","))


_TRAIN, _TEST = {"train": True}, {"train": False}
_SPLIT, _HELD = {"split": "train"}, {"split": "test"}

# Licences where their owners' or a data hub's card states one: MNIST CC BY-SA 3.0
# (Keras' reference of mnist.load_data), Fashion-MNIST MIT (its repository), EuroSAT MIT
# (huggingface.co/datasets/torchgeo/eurosat), pets CC BY-SA 4.0
# (huggingface.co/datasets/timm/oxford-iiit-pet).  Sizes: those cards, and TensorFlow's catalogue.
SETS = {
    "cifar10": Set(
        "CIFAR10",
        32,
        3,
        20_000,
        500,
        2000,
        (_TRAIN,),
        (_TEST,),
        # batches.meta, as torchvision reads it
        ("airplane", "automobile", "bird", "cat", "deer", "dog", "frog", "horse", "ship", "truck"),
    ),
    "flowers102": Set(  # 1,020 + 1,020 to learn, ten and ten of a class; 6,149 to test
        "Flowers102", 128, 3, 1530, 510, 2040, (_SPLIT, {"split": "val"}), (_HELD,)
    ),
    "pets": Set(
        "OxfordIIITPet",
        128,
        3,
        3180,
        500,
        2000,
        ({"split": "trainval"},),
        (_HELD,),
        _names(PETS),
        "CC BY-SA 4.0",
        773.5,
    ),
    "eurosat": Set(  # no parts of its own
        "EuroSAT",
        64,
        3,
        20_000,
        500,
        2000,
        ({},),
        (),
        _names(EUROSAT),
        "MIT",
        89.9,
    ),
    "dtd": Set(  # 1,880 of each part, 40 of a class; partition 1
        "DTD",
        128,
        3,
        3290,
        470,
        1880,
        (_SPLIT, {"split": "val"}),
        (_HELD,),
        _names(DTD),
    ),
    "gtsrb": Set(  # torchvision gives the signs' numbers, no names
        "GTSRB",
        64,
        3,
        20_000,
        500,
        2000,
        (_SPLIT,),
        (_HELD,),
        tuple(str(sign) for sign in range(43)),
    ),
    "stl10": Set(
        "STL10",
        96,
        3,
        4500,
        500,
        2000,
        (_SPLIT,),
        (_HELD,),
        # class_names.txt of the archive
        ("airplane", "bird", "car", "cat", "deer", "dog", "horse", "monkey", "ship", "truck"),
    ),
    "svhn": Set(  # the label is the digit
        "SVHN", 32, 3, 20_000, 500, 2000, (_SPLIT,), (_HELD,), tuple("0123456789")
    ),
    "mnist": Set(
        "MNIST",
        28,
        1,
        20_000,
        500,
        2000,
        (_TRAIN,),
        (_TEST,),
        tuple("0123456789"),
        "CC BY-SA 3.0",
        11.1,
    ),
    "fashion_mnist": Set(
        "FashionMNIST", 28, 1, 20_000, 500, 2000, (_TRAIN,), (_TEST,), licence="MIT"
    ),
}


def facts(name: str) -> dict[str, Any]:
    """The row of catalog.json.  The fingerprint covers torchvision's hashes of the archives."""
    torchvision_import.ensure()
    from torchvision import datasets

    wanted = SETS[name]
    made = getattr(datasets, wanted.torchvision)
    hashes = sorted(set(re.findall(r"\b[0-9a-f]{32}\b", inspect.getsource(made))))
    counts = (wanted.train_pool, wanted.val, wanted.test_size)
    covered = json.dumps([VERSION, name, wanted.side, wanted.channels, counts, hashes])
    address = re.search(r"<(https?://[^>]+)>", inspect.getdoc(made) or "")
    return {
        "id": name,
        "classes": list(wanted.classes or made.classes),
        "train_pool": wanted.train_pool,
        "val": wanted.val,
        "test": wanted.test_size,
        "size": wanted.side,
        "channels": wanted.channels,
        "fingerprint": f"v{VERSION}-{hashlib.sha256(covered.encode()).hexdigest()}",
        "licence": wanted.licence,
        "origin": address[1] if address else "torchvision.datasets",
        "source": "download",
        "knobs": False,
        "megabytes": wanted.megabytes,
    }
