"""Head only as the PyTorch transfer-learning tutorial writes it: the other side of the comparison.

After "ConvNet as fixed feature extractor" (Chilamkurthy, pytorch.org/tutorials): a Dataset of PIL
pictures with torchvision's transforms, a shuffling DataLoader with a batch of 4, frozen parameters
by `requires_grad = False`, SGD with momentum 0.9 on the new head, StepLR(7, 0.1), a train and a
val phase in each epoch, `model.train()` on the whole network.

What is left out only helps this side: loader processes, random crops, saving the best weights.
"""

from __future__ import annotations

import copy
import time

import torch
from PIL import Image
from torch import nn, optim
from torch.optim import lr_scheduler
from torch.utils.data import DataLoader, Dataset

from tlcore.data.images import ImageData, Split
from tlcore.networks import torchvision_import
from tlcore.networks.backbone import Backbone, InputSpec


class Pictures(Dataset[tuple[torch.Tensor, int]]):
    """PIL pictures in memory; each is transformed whenever it is asked for."""

    def __init__(self, split: Split, spec: InputSpec) -> None:
        torchvision_import.ensure()
        from torchvision import transforms

        self.pictures = [Image.fromarray(picture[0].numpy()) for picture in split.images]
        self.labels = split.labels.tolist()
        self.transform = transforms.Compose(
            [
                transforms.ToTensor(),
                transforms.Resize(spec.size),
                transforms.Normalize(spec.mean, spec.std),
            ]
        )

    def __len__(self) -> int:
        return len(self.pictures)

    def __getitem__(self, index: int) -> tuple[torch.Tensor, int]:
        return self.transform(self.pictures[index]), self.labels[index]


def network(backbone: Backbone, classes: int) -> nn.Sequential:
    """A copy of the backbone, frozen, under a new linear head."""
    blocks = copy.deepcopy(backbone.blocks)
    for parameter in blocks.parameters():
        parameter.requires_grad = False
    head = nn.Linear(backbone.channels[-1], classes)
    return nn.Sequential(*blocks, nn.AdaptiveAvgPool2d(1), nn.Flatten(), head)


def train_model(
    backbone: Backbone, data: ImageData, epochs: int, lr: float, seed: int = 0
) -> tuple[float, dict[str, float]]:
    """Train, validate each epoch, test once: (test accuracy, CPU seconds of each phase)."""
    torch.manual_seed(seed)
    spec = backbone.input
    loaders = {
        "train": DataLoader(Pictures(data.train, spec), batch_size=4, shuffle=True),
        "val": DataLoader(Pictures(data.val, spec), batch_size=4, shuffle=True),
        "test": DataLoader(Pictures(data.test, spec), batch_size=4),
    }
    model = network(backbone, len(data.classes))
    criterion = nn.CrossEntropyLoss()
    optimizer = optim.SGD(model[-1].parameters(), lr=lr, momentum=0.9)
    scheduler = lr_scheduler.StepLR(optimizer, step_size=7, gamma=0.1)
    seconds = dict.fromkeys(loaders, 0.0)
    accuracy = 0.0
    phases = ["train", "val"] * epochs + ["test"]
    for phase in phases:
        began = time.process_time()
        if phase == "train":
            model.train()
        else:
            model.eval()
        running_loss, running_corrects = 0.0, 0
        for inputs, labels in loaders[phase]:
            optimizer.zero_grad()
            with torch.set_grad_enabled(phase == "train"):
                outputs = model(inputs)
                _, preds = torch.max(outputs, 1)
                loss = criterion(outputs, labels)
                if phase == "train":
                    loss.backward()
                    optimizer.step()
            running_loss += loss.item() * inputs.size(0)
            running_corrects += int(torch.sum(preds == labels.data))
        if phase == "train":
            scheduler.step()
        accuracy = running_corrects / len(loaders[phase].dataset)  # type: ignore[arg-type]
        seconds[phase] += time.process_time() - began
    return accuracy, seconds
