"""Why a trained network said what it said of one picture: probabilities and Grad-CAM."""

from __future__ import annotations

from pathlib import Path

import torch

from tlcore.data.own.one_picture import chosen_picture
from tlcore.experiments.explain.spec import ExplainSpec
from tlcore.ground.errors import UserError
from tlcore.networks import evidence
from tlcore.networks.backbone import prepare
from tlcore.runs import spec
from tlcore.runs.run import Run
from tlcore.training.engine import learned
from tlcore.training.transfer import fine_tune


class Explanation(evidence.Looked):
    probabilities: list[float]
    target: int  # the class that was asked about
    block: int


def explain(asked: ExplainSpec, run: Run, folder: Path, data_dir: Path) -> Explanation:
    """Explain what `run`, whose files lie in `folder`, says of the picture `asked` for.

    Raises UserError: explain.unfinished, explain.block, explain.no_places, explain.target,
    explain.picture,
    export.weights_gone, learned.damaged, picture.*, and what `backbones.build` raises.
    """
    if run.status != "finished":
        raise UserError("explain.unfinished")
    trained = spec.parse(run.spec)
    assert isinstance(trained, spec.FineTuneSpec)
    plan = trained.plan
    if asked.block > plan.read:
        raise UserError("explain.block", given=asked.block, high=plan.read)
    pictures = fine_tune.load(trained)
    classes = len(pictures.classes)
    if asked.target is not None and asked.target >= classes:
        raise UserError("explain.target", given=asked.target, high=classes - 1)
    image = chosen_picture(asked.picture, asked.upload, pictures.test.images, data_dir)

    # Where nothing was frozen, all weights are in the run's own file.
    backbone = fine_tune.network(trained, pretrained=plan.freeze > 0)
    try:
        blocks, head = learned.load(backbone, plan, classes, folder / learned.FILE)
    except FileNotFoundError:
        raise UserError("export.weights_gone") from None
    x = prepare(255 - image if asked.invert else image, backbone.input)
    with torch.no_grad():
        probabilities = head(blocks(x)).softmax(1)[0]
    target = int(probabilities.argmax()) if asked.target is None else asked.target
    found = evidence.grad_cam(blocks, head, x, asked.block, target)
    return Explanation(
        probabilities=[round(p, 6) for p in probabilities.tolist()],
        target=target,
        block=asked.block,
        **evidence.looked(image, x, backbone.input, found),
    )
