"""Predict first: a question before an experiment, and what the experiment answers beside it.

    if predict.ask("race"):         # texts: predict.race.question, predict.race.option.0, .1, ...
        ...                         # the experiment
        predict.told("race", 1)     # option 1 came true; None where this run does not decide

A guess belongs to the settings that were asked about: `predict.ask("race", size=40)` and the same
with 200 are two questions, of one text; predict.race.of says the settings in front of it.

The options are the texts there are; `right` is the number of one.  Keys for tests: the radio
"predict.race.choice", the buttons "predict.race.say" and "predict.race.pass".
"""

from __future__ import annotations

import html
from pathlib import Path
from urllib.parse import parse_qsl, urlencode

import streamlit as st

from pages.ui.forms import clicks
from pages.ui.frame.speech import T, language, plain
from pages.ui.runs import live_run, runs
from pages.ui.server import host
from pages.ui.server.streamlit_private import Place
from tlcore.ground.errors import UserError
from tlcore.runs.store.answers import Standing, Tally
from tlcore.words import i18n

LOOK_AGAIN = 2.0  # seconds; a class that waits asks twenty times a second together
STYLE = Path(__file__).with_suffix(".css")


def ask(name: str, **about: int | str) -> bool:
    """Draw the question until this reader has answered or passed, and while the teacher holds the
    results; True when the experiment may be shown.  A store that cannot be read asks nothing."""
    name = asked(name, **about)
    found = _standing(name)
    if found is None:
        return True
    if found.held:
        st.fragment(_waiting, run_every=LOOK_AGAIN)(name)
        return False
    if not found.answered:
        with _box(_text(name)):
            _question(name, may_pass=True)
        return False
    st.caption(_said(name, found) + " · " + T("predict.answered", n=found.tally.said))
    return True


def answered(name: str, **about: int | str) -> bool:
    """What `ask` would answer, without a word."""
    found = _standing(asked(name, **about))
    return found is None or (found.answered and not found.held)


def told(name: str, right: int | None, runs_behind: int = 1, **about: int | str) -> None:
    """What the run answered, beside what this reader and the room had said."""
    name = asked(name, **about)
    found = _standing(name)
    if found is None or not found.answered:
        return
    with _box(f"{_text(name)}.told"):
        st.markdown(_verdict(name, found, right))
        if found.tally.said:
            st.html(table(name, found.tally, found.option, right))
        if right is not None and runs_behind == 1:
            st.caption(T("predict.one_run"))


def asked(name: str, **about: int | str) -> str:
    """The name under which answers are counted: race?size=40."""
    return f"{name}?{urlencode(about)}" if about else name


def _text(name: str) -> str:
    """The name under which its texts stand."""
    return name.partition("?")[0]


def options(name: str) -> list[int]:
    """The numbers of the answers that the texts offer, in order."""
    texts, start = i18n.texts(language()), f"predict.{_text(name)}.option."
    return sorted(int(key.removeprefix(start)) for key in texts if key.startswith(start))


def option(name: str, number: int) -> str:
    """An answer in the reader's language; the number itself where the question has changed."""
    known = number in options(name)
    return T(f"predict.{_text(name)}.option.{number}") if known else f"{number}"


def question(name: str) -> str:
    """The question in the reader's language; its name where there is none any more."""
    text, _, about = name.partition("?")
    known, key = i18n.texts(language()), f"predict.{text}.question"
    if key not in known:
        return plain(name)
    if not about:
        return T(key)
    said = {k: known.get(f"predict.{text}.{k}.{v}", v) for k, v in parse_qsl(about)}
    return f"{T(f'predict.{text}.of', **said)} {T(key)}"


def table(name: str, tally: Tally, mine: int | None = None, right: int | None = None) -> str:
    """Counts as an HTML table whose bars are lengths beside the numbers they draw."""
    known = options(name)
    shown = [*known, *sorted(tally.counts.keys() - set(known))]
    lines = []
    for number in shown:
        count = tally.counts.get(number, 0)
        share = count / tally.said if tally.said else 0.0
        tags = [T("predict.tag.mine")] * (number == mine)
        tags += ["✓ " + T("predict.tag.right")] * (number == right)
        marks = "".join(f" <span>{html.escape(tag)}</span>" for tag in tags)
        lines.append(
            f"<tr><th scope=row>{html.escape(option(name, number))}{marks}</th><td>{count:,}</td>"
            f'<td>{share:.0%}<i style="width:{100 * share:.0f}%"></i></td></tr>'
        )
    heads = "".join(f"<th scope=col>{T(f'predict.{h}')}</th>" for h in ("option", "count", "share"))
    about = html.escape(T("predict.table", question=question(name)))
    if tally.passed:
        about += " " + html.escape(T("predict.passes", n=tally.passed))
    return (
        f'<table class="tl-tally"><caption>{about}</caption>'
        f"<thead><tr>{heads}</tr></thead><tbody>{''.join(lines)}</tbody></table>"
    )


def _standing(name: str) -> Standing | None:
    """None where the store cannot be read: who wants to start a run is told why."""
    try:
        return runs.store().standing(runs.user(), name)
    except UserError:
        return None


def _box(name: str) -> Place:
    st.html(STYLE)
    return st.container(border=True, key=f"predict-{name.replace('.', '-')}")


def _question(name: str, may_pass: bool) -> None:
    st.markdown(f":material/psychology_alt: **{T('predict.title')}**")
    st.radio(
        question(name),
        options(name),
        index=None,
        key=f"predict.{_text(name)}.choice",
        format_func=lambda number: option(name, number),
    )
    with st.container(horizontal=True):
        clicks.press(T("predict.say"), f"predict.{_text(name)}.say", _say, (name,), type="primary")
        if may_pass:
            looks = {"type": "tertiary", "help": T("predict.pass.help")}
            clicks.press(T("predict.pass"), f"predict.{_text(name)}.pass", _pass, (name,), **looks)
    live_run.pending_error(f"predict.{_text(name)}")


def _say(name: str) -> None:
    chosen = st.session_state.get(f"predict.{_text(name)}.choice")
    if chosen is None:
        st.session_state[f"predict.{_text(name)}.error"] = UserError("predict.choose")
    else:
        _keep(name, chosen)


def _pass(name: str) -> None:
    _keep(name, None)


def _keep(name: str, chosen: int | None) -> None:
    try:
        runs.store().answer(runs.user(), name, chosen)
    except UserError as error:
        st.session_state[f"predict.{_text(name)}.error"] = error


def _waiting(name: str) -> None:
    """Held: the question, then the count of those who have answered, looked at again by itself."""
    found = _standing(name)
    if found is None or found.hold is None or not found.held:
        st.rerun()
    with _box(_text(name)):
        if found.option is None:
            _question(name, may_pass=False)
        else:
            st.markdown(T("predict.waiting.mine", option=option(name, found.option)))
        counts = {"said": found.tally.said, "expected": found.hold.expected}
        st.progress(min(1.0, counts["said"] / max(1, counts["expected"])))
        st.markdown(T("predict.waiting", **counts))
        if host.at_the_server():
            key, looks = f"predict.{_text(name)}.now", {"help": T("predict.show_now.help")}
            clicks.press(T("predict.show_now"), key, _show_now, (name,), **looks)


def _show_now(name: str) -> None:
    try:
        if host.at_the_server():  # asked again when it counts
            runs.store().show_result(name)
    except UserError as error:
        st.session_state[f"predict.{_text(name)}.error"] = error


def _said(name: str, found: Standing) -> str:
    if found.option is None:
        return T("predict.passed")
    return T("predict.mine", option=option(name, found.option))


def _verdict(name: str, found: Standing, right: int | None) -> str:
    said = None if found.option is None else option(name, found.option)
    if right is None:
        return T("predict.open", option=said) if said else T("predict.open.no_guess")
    if said is None:
        return T("predict.no_guess", right=option(name, right))
    if found.option == right:
        return T("predict.agree", option=said)
    return T("predict.differ", option=said, right=option(name, right))
