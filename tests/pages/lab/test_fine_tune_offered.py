"""The lab: what is not on this machine, and what is the reader's own."""

import pytest

from pages.ui.server import host
from tests.pages import answers
from tests.pages.reader import Reader
from tlcore.data.own import own_edit
from tlcore.ground.errors import UserError
from tlcore.runs.spec import FineTuneSpec
from tlcore.words import i18n

WHY_NOT = ("forgetting.no_pictures", "forgetting.gone", "forgetting.cut")


@pytest.fixture
def lab(house):
    return Reader("fine_tune")


@pytest.mark.parametrize("language", i18n.LANGUAGES)
def test_downloads_stand_behind_what_can_be_used_and_are_marked(house, language):
    names = Reader("fine_tune", language).widget("fine_tune.data").options
    here = [name for name in names if not name.startswith("↓")]
    assert names == [*here, *(name for name in names if name.startswith("↓"))]
    assert i18n.t("data.signs", language) in here
    size = i18n.t("fetch.size.unknown", language)
    option = {"name": i18n.t("data.cifar10", language), "size": size}
    assert i18n.t("fetch.option", language, **option) in names


@pytest.mark.parametrize("language", i18n.LANGUAGES)
@pytest.mark.parametrize(("field", "name"), [("backbone", "swin_t"), ("data", "eurosat")])
def test_what_is_not_here_is_offered_and_cannot_be_started(
    house, language, field, name, monkeypatch
):
    monkeypatch.setattr(host, "at_the_server", lambda: True)
    lab = Reader("fine_tune", language).choose(f"fine_tune.{field}", name)
    assert lab.widget("fine_tune.start").disabled
    lab.click(f"fetch.{name}.start")
    [run_id] = house.waiting()
    assert house.run(run_id).spec == {"kind": "fetch", "what": field, "name": name}
    assert lab.errors == []


def test_from_scratch_needs_no_weights(lab):
    lab.choose("fine_tune.backbone", "swin_t").choose("fine_tune.preset", "from_scratch")
    assert not lab.widget("fine_tune.start").disabled


def test_a_downloaded_backbone_is_among_what_can_be_used(house, on_disk):
    on_disk("swin_t")
    lab = Reader("fine_tune").choose("fine_tune.backbone", "swin_t")
    names = lab.widget("fine_tune.backbone").options
    first = next(place for place, name in enumerate(names) if name.startswith("↓"))
    assert i18n.t("backbone.swin_t", "en") in names[:first]
    assert not lab.widget("fine_tune.start").disabled


def test_own_pictures_are_trained_on_under_their_names(house):
    name = answers.own_set("me", **{"*cat*": 10, "dog": 10})
    lab = Reader("fine_tune", cookie="me").choose("fine_tune.data", name)
    lab.click("fine_tune.start")
    [run_id] = house.waiting()
    house.finish(run_id)
    assert lab.run().errors == []
    assert "\\*cat\\*" in " ".join(m.value for m in lab.app.markdown)
    page = Reader("run", "ko", cookie="me", id=run_id)
    assert "\\*cat\\*" in page.app.title[0].value
    assert page.errors == []


@pytest.mark.parametrize("language", i18n.LANGUAGES)
def test_own_pictures_that_were_deleted_are_told_and_others_chosen(house, language):
    name = answers.own_set("me", cat=10, dog=10)
    lab = Reader("fine_tune", language, cookie="me").choose("fine_tune.data", name)
    lab.open("home")
    own_edit.delete(name, "me")  # in another window
    assert lab.open("fine_tune").errors == [i18n.tell(UserError("data.gone"), language)]
    assert lab.draft["data"] == FineTuneSpec().data
    assert lab.run().errors == []


@pytest.mark.parametrize("language", i18n.LANGUAGES)
def test_forgetting_can_be_asked_for_where_there_is_something_to_ask(house, language, on_disk):
    """Elsewhere the switch rests and a sentence says why; what was chosen stays."""
    on_disk("resnet18")
    lab = Reader("fine_tune", language).choose("fine_tune.forgetting", True)
    assert lab.widget("fine_tune.forgetting").disabled is False
    for turned, value, key in (
        ("preset", "from_scratch", "forgetting.cut"),
        ("preset", "everything", None),
        ("backbone", "resnet18", "forgetting.no_pictures"),
        ("backbone", "clothing", None),
    ):
        lab.choose(f"fine_tune.{turned}", value)
        assert lab.widget("fine_tune.forgetting").disabled == (key is not None)
        told = {k for k in WHY_NOT if i18n.t(k, language) in [c.value for c in lab.app.caption]}
        assert told == ({key} if key else set())
    assert lab.draft["forgetting"] is True
