"""Keras on the torch backend: the same network written in its layers, with the same weights.

`trainable = False` on the frozen layers, as its guide to transfer learning says.
"""

from __future__ import annotations

import os
from typing import Any

import numpy as np
import torch
from torch import nn
from torch.utils.data import TensorDataset

from tests.bench.peers.work import Outcome, Work

os.environ.setdefault("KERAS_BACKEND", "torch")  # read when keras is imported
AXIS = 1  # channels first, as torch has them


def train(work: Work, train: TensorDataset, val: TensorDataset) -> Outcome:
    import keras

    keras.utils.set_random_seed(work.seed)
    model, frozen = network(work)
    for layer in frozen:
        layer.trainable = False
    before = [weight.copy() for layer in frozen for weight in layer.get_weights()]
    if len(work.backbone.blocks) > work.freeze and work.lr != work.head_lr:
        raise ValueError("one optimiser of Keras has one rate")
    model.compile(
        keras.optimizers.AdamW(work.head_lr, weight_decay=0.01),
        loss=keras.losses.SparseCategoricalCrossentropy(from_logits=True),
        metrics=["accuracy"],
    )
    (pictures, labels), asked = train.tensors, val.tensors
    told = model.fit(
        pictures.numpy(),
        labels.numpy(),
        batch_size=work.batch,
        epochs=work.epochs,
        validation_data=tuple(part.numpy() for part in asked),
        validation_batch_size=work.batch,
        verbose=0,
    )
    after = [weight for layer in frozen for weight in layer.get_weights()]
    kept = all(np.array_equal(a, b) for a, b in zip(before, after, strict=True))
    return Outcome(float(told.history["val_accuracy"][-1]), kept if frozen else None)


def network(work: Work) -> tuple[Any, list[Any]]:
    """The model, and those of its layers that are frozen.  Raises ValueError for a layer that has
    no translation here, and where the two networks do not say the same of the same pictures."""
    import keras

    keras.config.set_image_data_format("channels_first")
    told, size = work.network().eval(), work.backbone.input
    given = keras.Input((size.channels, size.size, size.size))
    made: list[Any] = []
    x = _through(told.backbone, given, made)
    frozen = list(made)
    x = _through(told.learning, x, made)
    x = keras.layers.GlobalAveragePooling2D()(x)
    head = keras.layers.Dense(told.head.out_features)
    model = keras.Model(given, head(x))
    head.set_weights([told.head.weight.detach().numpy().T, told.head.bias.detach().numpy()])
    glance = torch.rand(2, size.channels, size.size, size.size)
    with torch.no_grad():
        theirs, ours = model(glance).detach(), told(glance)
    if not torch.allclose(theirs, ours, atol=1e-3, rtol=1e-3):
        raise ValueError(f"Keras says {theirs}, torch {ours}")
    return model, frozen


def _through(module: nn.Module, x: Any, made: list[Any]) -> Any:
    """Translate one module with its weights; layers with weights are added to `made`."""
    import keras

    if isinstance(module, nn.Sequential):
        for part in module:
            x = _through(part, x, made)
        return x
    if isinstance(module, nn.Identity):
        return x
    if isinstance(module, nn.ReLU):
        return keras.layers.ReLU()(x)
    if isinstance(module, nn.MaxPool2d):  # behind a ReLU: zeros around are no maximum
        x = keras.layers.ZeroPadding2D(module.padding)(x)
        return keras.layers.MaxPooling2D(module.kernel_size, module.stride)(x)
    if isinstance(module, nn.AvgPool2d):
        return keras.layers.AveragePooling2D(module.kernel_size, module.stride)(x)
    if isinstance(module, nn.Conv2d):
        x = keras.layers.ZeroPadding2D(module.padding)(x) if module.padding[0] else x
        layer = keras.layers.Conv2D(
            module.out_channels, module.kernel_size, module.stride, use_bias=False
        )
        x = layer(x)
        layer.set_weights([module.weight.detach().permute(2, 3, 1, 0).numpy()])
        made.append(layer)
        return x
    if isinstance(module, nn.BatchNorm2d):
        layer = keras.layers.BatchNormalization(AXIS, 1 - module.momentum, module.eps)
        x = layer(x)
        parts = (module.weight, module.bias, module.running_mean, module.running_var)
        layer.set_weights([part.detach().numpy() for part in parts])
        made.append(layer)
        return x
    if hasattr(module, "conv2") and not hasattr(module, "conv3"):  # a basic block
        y = _through(module.bn1, _through(module.conv1, x, made), made)
        y = keras.layers.ReLU()(y)
        y = _through(module.bn2, _through(module.conv2, y, made), made)
        if hasattr(module, "squeeze"):
            y = _squeezed(module.squeeze, y, made)
        aside = getattr(module, "shortcut", None) or getattr(module, "downsample", None)
        around = _through(aside, x, made) if aside else x
        return keras.layers.ReLU()(keras.layers.Add()([y, around]))
    raise ValueError(f"no translation of {type(module).__name__}")


def _squeezed(module: nn.Module, x: Any, made: list[Any]) -> Any:
    """Each channel times what the means of all of them tell (tlcore.networks.vision.squeeze)."""
    import keras

    told = keras.layers.GlobalAveragePooling2D()(x)
    for part, name in ((module.reduce, "relu"), (module.expand, "sigmoid")):
        layer = keras.layers.Dense(part.out_features, activation=name)
        told = layer(told)
        layer.set_weights([part.weight.detach().numpy().T, part.bias.detach().numpy()])
        made.append(layer)
    return keras.layers.Multiply()([x, keras.layers.Reshape((-1, 1, 1))(told)])
