"""What is in a data set: a gallery, duplicates, what a backbone sees."""

from tlcore.runs.registry import Experiment

EXPERIMENT = Experiment(
    kind="survey",
    spec="tlcore.experiments.survey.spec:SurveySpec",
    rows="tlcore.experiments.survey.run:rows",
    short=True,
)
