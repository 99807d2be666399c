"""What is in a data set: a gallery, duplicates, what a backbone sees."""

from tlcore.registry import Experiment

EXPERIMENT = Experiment(
    kind="survey",
    spec="tlcore.experiments.survey.spec:SurveySpec",
    rows="tlcore.survey:rows",
)
