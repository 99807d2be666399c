"""Settings changed after a run or during it: what is shown says whose it is, and the guess too."""

import pytest

from tests.pages.reader import KEY, Reader
from tests.pages.understand.test_why_transfer import raced
from tlcore.words import i18n

BOTH = pytest.mark.parametrize("language", i18n.LANGUAGES)


def words(reader):
    return " ".join(reader.texts())


def label(language, *settings):
    return i18n.t("earlier.was", language, settings=", ".join(settings))


def grey(reader, key):
    return [n for n in reader.app.get("html") if f".st-key-{key}-shown" in n.proto.body]


def guess(reader, option=2):
    reader.choose("predict.why_race.choice", option)
    return reader.click("predict.why_race.say")


@BOTH
def test_a_race_of_other_settings_is_grey_and_says_which(house, language):
    page = raced(guess(Reader("why_transfer", language)), house)
    assert page.app.warning == []
    assert grey(page, "why_transfer") == []
    page.choose("why_transfer.epochs", 60)
    size, epochs = (
        i18n.t(f"earlier.{name}", language, n=n) for name, n in (("pictures", 40), ("epochs", 15))
    )
    assert label(language, size, epochs) in page.app.warning[0].value
    assert len(grey(page, "why_transfer")) == 1
    assert page.has("why_transfer.live")
    assert not page.has("why_transfer.steps")
    assert [text for text in page.texts() if KEY.search(text)] == []
    page.choose("why_transfer.epochs", 15)
    assert page.app.warning == []
    assert grey(page, "why_transfer") == []
    assert page.has("why_transfer.steps")


def test_a_race_is_grey_while_it_still_runs(house):
    page = guess(Reader("why_transfer")).click("why_transfer.start")
    page.choose("why_transfer.size", 200).choose("why_transfer.seed", 3)
    seed = f"{i18n.t('field.seed', 'en')} 0"
    assert label("en", "40 pictures", "15 epochs", seed) in page.app.warning[0].value
    assert len(grey(page, "why_transfer")) == 1
    for run_id in house.waiting():
        house.finish(run_id)  # three are as many as may wait
    page.click("why_transfer.start")
    assert page.app.warning == []  # not guessed yet: nothing is shown, so nothing is grey
    assert not page.has("why_transfer.live")


def test_a_guess_is_for_its_settings_and_other_settings_ask_anew(house):
    page = raced(guess(Reader("why_transfer")), house)
    said = i18n.t("predict.agree", "en", option=i18n.t("predict.why_race.option.2", "en"))
    assert said in words(page)
    page.choose("why_transfer.epochs", 60)
    assert said in words(page)  # of the race that it was made for
    assert page.widget("predict.why_race.choice").label == (
        f"40 pictures, 60 epochs. {i18n.t('predict.why_race.question', 'en')}"
    )
    guess(page, 0)
    counted = {name: tally.counts for name, tally in house.store.tallies().items()}
    assert counted == {
        "why_race?size=40&epochs=15": {2: 1},
        "why_race?size=40&epochs=60": {0: 1},
    }
    assert said in words(page)
    page.choose("why_transfer.seed", 5)  # another draw is the same question
    assert not page.has("predict.why_race.choice")


def test_a_run_of_the_lab_is_grey_with_its_own_picture_of_the_blocks(house):
    lab = Reader("fine_tune").click("fine_tune.start")
    [run_id] = house.waiting()
    spec = house.run(run_id).spec
    lab.choose("fine_tune.epochs", 3)
    told = label("en", f"{spec['train_size']} pictures", f"{spec['epochs']} epochs")
    assert told in lab.app.warning[0].value
    assert len(grey(lab, "fine_tune")) == 1
    assert not lab.has("earlier.blocks")  # the plan is the same
    house.finish(run_id)
    lab.run().choose("fine_tune.preset", "from_scratch")
    shown = lab.picture("earlier.blocks")
    assert shown["plan"] == {name: spec[name] for name in ("read", "keep", "freeze")}
    assert shown["disabled"] is True
    assert lab.picture("fine_tune.blocks")["plan"]["keep"] == 0
    assert i18n.t("preset.head_only", "en") in lab.app.warning[0].value
    lab.click("fine_tune.start")
    assert lab.app.warning == []
    assert not lab.has("earlier.blocks")
