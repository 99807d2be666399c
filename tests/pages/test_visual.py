"""One visual language: its colours can be read, stand nowhere else, and never stand alone."""

import json
import re

import pytest

from pages.ui.frame import bundle, navigation, visual
from pages.ui.runs import earlier
from tests.nonempty import files_of
from tlcore.ground.paths import ROOT

HEX = re.compile(r"#(?:[0-9a-fA-F]{8}|[0-9a-fA-F]{6}|[0-9a-fA-F]{3,4})\b")
OURS = [*files_of(ROOT / "pages", "**/*.py", "**/*.js", "**/*.css"), ROOT / "app.py"]
NO_MEANING = {"#fff", "#ffffff", "#000"}  # a QR code, a camera's frame, behind a picture


def luminance(colour):
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    r, g, b = (p / 12.92 if p <= 0.03928 else ((p + 0.055) / 1.055) ** 2.4 for p in parts)
    return 0.2126 * r + 0.7152 * g + 0.0722 * b


def contrast(a, b):
    """WCAG 2.2: (lighter + 0.05) / (darker + 0.05)."""
    low, high = sorted((luminance(a), luminance(b)))
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("name", visual.MEANINGS)
def test_a_meaning_can_be_read_on_light_and_on_dark(name):
    meaning = visual.MEANINGS[name]
    assert contrast(meaning.light, visual.PAPER["light"]) >= 4.5
    assert contrast(meaning.dark, visual.PAPER["dark"]) >= 4.5
    assert min(contrast(meaning.both, paper) for paper in visual.PAPER.values()) >= 3


def test_colours_by_order_hold_on_light_and_on_dark():
    for theme, colours in visual.RACES.items():
        assert min(contrast(c, visual.PAPER[theme]) for c in colours) >= 4.5
    assert min(contrast(c, p) for c in visual.SERIES for p in visual.PAPER.values()) >= 3


def blended(over, under, share):
    """`share` of the first colour on the second."""
    pairs = ((int(over[at : at + 2], 16), int(under[at : at + 2], 16)) for at in (1, 3, 5))
    return "#" + "".join(f"{round(share * a + (1 - share) * b):02x}" for a, b in pairs)


def filtered(colour, paper):
    """As a browser draws it under the filter of earlier results: CSS Filter Effects, section 10."""
    names = dict(re.findall(r"([a-z]+)\(([0-9.]+)\)", earlier.GREY))
    assert names.keys() <= {"grayscale", "opacity"}
    r, g, b = (int(colour[at : at + 2], 16) for at in (1, 3, 5))
    grey = f"{round(0.2126 * r + 0.7152 * g + 0.0722 * b):02x}" * 3
    colour = blended(f"#{grey}", colour, float(names.get("grayscale", 0)))
    return blended(colour, paper, float(names.get("opacity", 1)))


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_small_type_of_results_of_other_settings_can_be_read(theme):
    script = bundle.javascript(bundle.__file__, "common")
    found = re.search(r'"--tl-muted": mix\(t.ink, t.paper, t.dark \? (.+?) : (.+?)\)', script)
    style = navigation.STYLE.read_text(encoding="utf-8")
    caption = re.search(r"color-mix\(in srgb, var\(--tl-ink\) (\d+)%, var\(--tl-paper\)\)", style)
    ink, paper = visual.INK[theme], visual.PAPER[theme]
    faint = blended(ink, paper, 0.05)  # --tl-faint, under a note
    small = {
        "muted": blended(ink, paper, 1 - float(found[1 if theme == "dark" else 2])),
        "caption": blended(ink, paper, int(caption[1]) / 100),
    }
    for name, colour in small.items():
        for under in (paper, faint):
            told = contrast(filtered(colour, paper), filtered(under, paper))
            assert told >= 4.5, (name, under)
    for meaning in visual.MEANINGS.values():
        assert contrast(filtered(getattr(meaning, theme), paper), filtered(paper, paper)) >= 4.5


def test_no_two_meanings_share_a_colour_or_the_whole_of_what_goes_with_it():
    for field in ("light", "dark", "both", "symbol", "icon"):
        values = [getattr(meaning, field) for meaning in visual.MEANINGS.values()]
        assert len(set(values)) == len(values), field


@pytest.mark.parametrize("pair", [("frozen", "learning"), ("kept", "new"), ("source", "target")])
def test_opposites_differ_by_dash_and_by_pattern_too(pair):
    a, b = (visual.MEANINGS[name] for name in pair)
    assert a.dash != b.dash
    assert a.pattern != b.pattern


def test_no_other_file_of_ours_names_a_colour():
    named = {
        (str(file.relative_to(ROOT)), colour)
        for file in OURS
        if file.name != "visual.py"
        for colour in HEX.findall(file.read_text(encoding="utf-8"))
        if colour.lower() not in NO_MEANING
    }
    assert named == set()


def test_every_token_that_a_style_sheet_reads_is_set_somewhere():
    texts = [file.read_text(encoding="utf-8") for file in OURS] + [visual.tokens()]
    reads = {name for text in texts for name in re.findall(r"var\((--tl-[a-z-]+)", text)}
    sets = {name for text in texts for name in re.findall(r"(?<!var\()(--tl-[a-z-]+)", text)}
    assert "--tl-target" in reads
    assert reads <= sets


def test_the_components_are_given_the_table():
    table = json.loads(visual.script().removeprefix("const VISUAL = ").removesuffix(";"))
    assert table["light"]["meanings"]["new"] == visual.MEANINGS["new"].light
    assert table["dash"].keys() == visual.MEANINGS.keys()


def test_a_report_that_is_taken_away_speaks_the_same_language():
    sheet = (ROOT / "tlcore" / "experiments" / "export" / "report" / "report.css").read_text(
        encoding="utf-8"
    )
    light, dark = (
        dict(re.findall(r"--([a-z0-9-]+): (#[0-9a-f]{6})", part))
        for part in sheet.split("@media (prefers-color-scheme: dark)")[:2]
    )
    for theme, said in (("light", light), ("dark", dark)):
        for token, name in (("accent", "kept"), ("valid", "target"), ("fresh", "new")):
            assert said[token] == getattr(visual.MEANINGS[name], theme)
        assert [said[f"heat{i}"] for i in range(4)] == [c for _, c in visual.HEAT[theme]]


def test_streamlits_theme_is_built_on_the_same_paper_and_ink():
    config = (ROOT / ".streamlit" / "config.toml").read_text(encoding="utf-8")
    for theme in ("light", "dark"):
        part = config.split(f"[theme.{theme}]")[1].split("[theme")[0]
        assert f'backgroundColor = "{visual.PAPER[theme]}"' in part
        assert f'textColor = "{visual.INK[theme]}"' in part
        assert f'primaryColor = "{getattr(visual.MEANINGS["kept"], theme)}"' in part
