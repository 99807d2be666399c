"""Three starts on one axis: from scratch, head only, fine-tuned.  Same seed, same data order."""

from __future__ import annotations

import streamlit as st

from pages.ui.forms import draft
from pages.ui.frame.speech import T
from pages.ui.lesson import lesson_link, predict
from pages.ui.runs import runs
from pages.understand.why_transfer import racing
from tlcore.experiments.matrix import advisor, evidence
from tlcore.experiments.races import presets as why_transfer
from tlcore.runs.store.store import Run

PAGE = "why_transfer"
RACE = racing.Race(PAGE, {"head_only": "frozen", "fine_tune": "kept", "scratch": "new"})
GUESSES = ("scratch", "head_only", "fine_tune")  # predict.why_race.option.0, .1, .2


def resume() -> None:
    """After a reload: look again at the reader's own race while one of its runs goes on."""
    if f"{PAGE}.runs" in st.session_state:
        return
    st.session_state[f"{PAGE}.runs"] = {}
    mine = runs.mine()
    for run in filter(runs.goes_on, mine):
        size, epochs, seed = (run.spec[field] for field in ("train_size", "epochs", "seed"))
        if (
            size not in why_transfer.SIZES
            or epochs not in why_transfer.LENGTHS
            or seed > why_transfer.MOST_SEED
        ):
            continue
        entrants = why_transfer.race(size, epochs, seed)
        asked = {n: s.model_dump(mode="json") for n, s in entrants.items()}
        if run.spec in asked.values():
            newest = {n: [r.id for r in mine if r.spec == spec][:1] for n, spec in asked.items()}
            st.session_state[f"{PAGE}.runs"] = {n: ids[0] for n, ids in newest.items() if ids}
            kept = {"size": size, "epochs": epochs, "seed": seed}
            st.session_state[f"{PAGE}.settings"] = kept
            return


def settings() -> tuple[int, int, int]:
    """How many garments of the shop, how long, which draw."""
    kept: dict[str, int] = st.session_state.setdefault(
        f"{PAGE}.settings", {"size": 40, "epochs": 15, "seed": 0}
    )
    allowed = {
        "size": why_transfer.SIZES,
        "epochs": why_transfer.LENGTHS,
        "seed": range(why_transfer.MOST_SEED + 1),
    }
    kept |= lesson_link.settings(PAGE, allowed)
    keep = draft.keeper(PAGE, kept)
    size, epochs, seed = st.columns([1.3, 1.3, 0.7])
    if not lesson_link.hides("size"):
        size.segmented_control(
            T("why.size"),
            why_transfer.SIZES,
            key=f"{PAGE}.size",
            format_func=lambda n: f"{n:,}",
            on_change=keep,
            args=("size",),
        )
    if not lesson_link.hides("epochs"):
        epochs.segmented_control(
            T("why.epochs"),
            why_transfer.LENGTHS,
            key=f"{PAGE}.epochs",
            format_func=lambda n: T(f"why.epochs.{n}"),
            on_change=keep,
            args=("epochs",),
        )
    if not lesson_link.hides("seed"):
        seed.number_input(
            T("field.seed"),
            0,
            why_transfer.MOST_SEED,
            key=f"{PAGE}.seed",
            on_change=keep,
            args=("seed",),
        )
    return kept["size"], kept["epochs"], kept["seed"]


def draw(size: int, epochs: int, seed: int) -> dict[str, Run]:
    """Buttons, curves, verdict; a reader who has a guess to make sees the curves after it.

    The entrants, once all of them have finished and been seen.
    """
    predict.ask("why_race", size=size, epochs=epochs)
    entrants = why_transfer.race(size, epochs, seed)
    racing.buttons(RACE, entrants, T("why.start"))
    entries = racing.current(RACE)
    if not entries:
        return {}
    ran = next(iter(entries.values())).spec
    about = {"size": ran["train_size"], "epochs": ran["epochs"]}  # the guess is for these
    if not predict.answered("why_race", **about):
        st.info(T("why.guess_first"), icon=":material/psychology_alt:")
        return {}
    with racing.box(RACE, entries, entrants):
        racing.show(RACE, entries)
        if done := racing.verdict(RACE):
            best = racing.winner(done)
            predict.told("why_race", None if best is None else GUESSES.index(best), **about)
    return {} if racing.other(entries, entrants) else done


def guessed(size: int, epochs: int) -> bool:
    """Whether this reader may be told what becomes of such a race."""
    return predict.answered("why_race", size=size, epochs=epochs)


def measured() -> None:
    """The same race over several seeds, as the matrix has it: what one run cannot say."""
    found = evidence.cell("similar_small")
    rows = {row.strategy: row for row in found.rows}
    told = {
        name: f"{rows[name].accuracy:.1%} ± {100 * rows[name].half_width:.1f}"
        for name in ("scratch", "head_only", "everything")
    }
    pairs = {"more": ("everything", "head_only"), "start": ("head_only", "scratch")}
    for name, (one, other) in pairs.items():
        gap = found.less(rows[one], rows[other])
        told[name] = f"{100 * gap.mean:+.1f} ± {100 * gap.half:.1f}"
    size, seeds = found.conditions["size"], found.conditions["seeds"]
    epochs = advisor.epochs_for(size)
    st.markdown(T("why.measured", size=size, seeds=seeds, epochs=epochs, **told))
