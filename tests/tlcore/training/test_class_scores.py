"""What accuracy is set against, held to scikit-learn."""

import numpy as np
import pytest
from sklearn import metrics

from tests.tlcore.experiments.export.export_runs import trained
from tlcore.experiments.export import card
from tlcore.experiments.export.report import report
from tlcore.experiments.export.subject import Subject
from tlcore.runs import reading
from tlcore.training import class_scores


@pytest.mark.parametrize("seed", range(4))
def test_every_score_is_scikit_learns(seed):
    dice = np.random.default_rng(seed)
    truth = dice.choice(4, 60, p=(0.7, 0.2, 0.09, 0.01))
    said = np.where(dice.random(60) < 0.6, truth, dice.integers(0, 3, 60))  # one is never named
    table = metrics.confusion_matrix(truth, said, labels=range(4)).tolist()
    scores = class_scores.each(table)
    right, found, f1, asked = metrics.precision_recall_fscore_support(
        truth, said, labels=range(4), zero_division=0
    )
    assert [score.asked for score in scores] == asked.tolist()
    for mine, theirs in (("found", found), ("right", right), ("f1", f1)):
        given = [getattr(score, mine) or 0 for score in scores]
        assert given == pytest.approx(theirs.tolist()), mine
    assert class_scores.balanced(table) == pytest.approx(
        metrics.balanced_accuracy_score(truth, said)
    )
    assert class_scores.macro_f1(table) == pytest.approx(
        metrics.f1_score(truth, said, average="macro")
    )


def test_always_the_larger_class_is_what_a_score_is_set_against():
    truth = [0] * 60 + [1] * 6
    assert class_scores.commonest(truth) == 60 / 66
    assert class_scores.unequal([[60, 0], [6, 0]])
    assert not class_scores.unequal([[14, 1], [2, 10]])
    assert class_scores.unequal([[14, 1], [2, 8]])  # 15 against 10: from 1.5 on
    assert class_scores.unequal([[3, 0], [0, 0]])
    score = class_scores.each([[60, 0], [6, 0]])[1]
    assert (score.found, score.right, score.f1) == (0, None, 0)


def test_below_the_larger_class_is_told_as_chance():
    """61% on two classes is above one half, and says nothing where the larger has 90%."""
    start = {"kind": "start", "classes": ["a", "b"], "val": 66, "val_commonest": 0.9091}
    epoch = {"kind": "epoch", "epoch": 1, "val_loss": 0.6, "val_accuracy": 0.615, "step": 1}
    epoch |= {"train_loss": 0.5, "train_accuracy": 0.7, "distance": {}}
    end = {"kind": "result", "status": "finished"}
    found = [told for told in reading.readings([start, epoch, end]) if told.key == "chance"]
    assert found[0].values["chance"] == "90.9%"
    without = {name: value for name, value in start.items() if name != "val_commonest"}
    older = reading.readings([without | {"val": 1000}, epoch, end])
    assert "chance" not in [told.key for told in older]  # set against one half, as before


def test_card_and_report_say_the_share_of_each_class(tmp_path):
    run, rows = trained(tmp_path, epochs=1)
    start, result = dict(rows[0]), dict(rows[-1])
    assert 0.1 <= start["val_commonest"] < 0.2  # digits: ten classes, nearly equal
    truth, said = [0] * 9 + [1], [0] * 8 + [1, 0]
    start |= {"classes": ["cat", "dog"], "test": 10}
    result |= {"truth": truth, "predictions": said, "confusion": [[8, 1], [1, 0]]}
    result |= {"best": [], "worst": []}
    subject = Subject(run, [start, result], tmp_path, start, result)
    for text in (card.written(subject, "en"), report.make(subject, "en").decode()):
        assert "44.4%" in text  # balanced accuracy: 8/9 and 0
        assert "88.9%" in text
    assert "always the most frequent class: 90.0%" in card.written(subject, "en")
