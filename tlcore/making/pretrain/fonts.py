"""Cut open-licence fonts down to their ten digits: python -m tlcore fonts --source DIR.

DIR holds the fonts as Debian 12 installs them: /usr/share/fonts, packages fonts-<name in ROWS>.
Needs fontTools, which the app itself does not.  Every subset gets a new family name, because the
Open Font License forbids a changed font to keep a reserved one.  The licence texts in the folder
are kept by hand.
"""

from __future__ import annotations

import argparse
import hashlib
import importlib.util
import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tlcore.ground.errors import UserError
from tlcore.ground.paths import ASSETS

FOLDER = ASSETS / "fonts"


@dataclass(frozen=True)
class Row:
    """One font file under DIR, the Debian package that brings it, and its licence."""

    file: str
    package: str
    licence: str = "OFL-1.1"
    copyright: str = ""  # from the package, where the font itself names nobody


ROWS = (
    Row("truetype/roboto/unhinted/RobotoTTF/Roboto-Regular.ttf", "roboto-unhinted", "Apache-2.0"),
    Row("truetype/roboto/unhinted/RobotoCondensed-Light.ttf", "roboto-unhinted", "Apache-2.0"),
    Row("truetype/open-sans/OpenSans-ExtraBold.ttf", "open-sans", "Apache-2.0"),
    Row("opentype/play/Play-Bold.otf", "play"),
    Row("opentype/dosis/Dosis-Light.otf", "dosis"),
    Row("truetype/quicksand/Quicksand-Medium.ttf", "quicksand"),
    Row("opentype/jura/Jura-Regular.otf", "jura"),
    Row("opentype/bebas-neue/BebasNeue-Bold.otf", "bebas-neue"),
    Row("opentype/yanone-kaffeesatz/YanoneKaffeesatz-Bold.otf", "yanone-kaffeesatz"),
    Row("opentype/b612/B612-Regular.otf", "b612"),
    Row("opentype/cabin/Cabin-Bold.otf", "cabin"),
    Row("opentype/comic-neue/ComicNeue-Bold.otf", "comic-neue"),
    Row("truetype/crosextra/Carlito-Regular.ttf", "crosextra-carlito"),
    Row(
        "opentype/ebgaramond/EBGaramond12-Regular.otf",
        "ebgaramond",
        copyright="2010-2012 Georg Duffner",
    ),
    Row("truetype/vollkorn/Vollkorn-Black.ttf", "vollkorn"),
    Row("truetype/averia-gwf/AveriaGWF-Gruesa.ttf", "averia-gwf"),
    Row("truetype/fanwood/Fanwood.otf", "fanwood", "MIT"),
    Row("opentype/fonts-prociono/Prociono.otf", "prociono", "public domain"),
    Row("opentype/sortsmill/GoudyBookletter1911.otf", "goudybookletter", "public domain"),
    Row("opentype/courier-prime/Courier Prime Bold.otf", "courier-prime"),
    Row("truetype/anonymous-pro/Anonymous Pro.ttf", "anonymous-pro"),
    Row("truetype/tuffy/Tuffy_Bold.ttf", "tuffy", "public domain"),
    Row("opentype/dancingscript/DancingScript-Bold.otf", "dancingscript"),
    Row("opentype/kaushanscript/KaushanScript-Regular.otf", "kaushanscript"),
    Row("opentype/lobster/lobster.otf", "lobster"),
    Row("opentype/radisnoir/RadisSans-medium.otf", "radisnoir", copyright="2007-2008 Gaël Goy"),
    Row("truetype/ecolier-court/Ecolier-court.ttf", "ecolier-court"),
    Row(
        "truetype/fifthhorseman/dkg.ttf",
        "dkg-handwriting",
        copyright='2005-2023 Daniel Kahn Gillmor, with Reserved Font Name "dkg handwriting"',
    ),
)


def main(argv: Sequence[str]) -> int:
    parser = argparse.ArgumentParser("python -m tlcore fonts", description=__doc__)
    parser.add_argument("--source", type=Path, default=Path("/usr/share/fonts"))
    parser.add_argument("--out", type=Path, default=FOLDER)
    args = parser.parse_args(list(argv))
    if importlib.util.find_spec("fontTools") is None:
        raise UserError("pretrain.needs", package="fonttools")
    args.out.mkdir(parents=True, exist_ok=True)
    cards = [_subset(number, row, args.source, args.out) for number, row in enumerate(ROWS, 1)]
    text = json.dumps(
        {"command": "python -m tlcore fonts --source DIR", "fonts": cards},
        indent=2,
        ensure_ascii=False,
    )
    (args.out / "fonts.json").write_text(text + "\n", encoding="utf-8", newline="\n")
    return 0


def _subset(number: int, row: Row, source: Path, out: Path) -> dict[str, Any]:
    from fontTools import subset

    if not (source / row.file).exists():
        raise UserError("pretrain.no_data", folder=str(source), file=row.file)
    options = subset.Options()
    options.layout_features = []  # digits as the font draws them by default
    options.hinting = False
    options.name_IDs = ["*"]
    options.name_languages = [0x409]
    options.recalc_timestamp = False
    options.desubroutinize = True
    options.drop_tables += ["FFTM", "GPOS", "GSUB", "GDEF", "kern", "DSIG", "morx", "feat"]
    font = subset.load_font(str(source / row.file), options)
    facts = {key: _name(font, key) for key in (0, 1, 5)}
    cutter = subset.Subsetter(options)
    cutter.populate(text="0123456789")
    cutter.subset(font)
    family = f"Transfer Lab Digits {number:02d}"
    _rename(font, family)
    if row.copyright:
        font["name"].setName(f"Copyright (c) {row.copyright}", 0, 3, 1, 0x409)
    path = out / f"digits-{number:02d}{Path(row.file).suffix.lower()}"
    subset.save_font(font, str(path), options)
    return {
        "file": path.name,
        "family": family,
        "made_from": facts[1] or Path(row.file).stem,
        "version": facts[5],
        "copyright": row.copyright or facts[0],
        "licence": row.licence,
        "source": f"Debian package fonts-{row.package}: {row.file}",
        "sha256": hashlib.sha256(path.read_bytes()).hexdigest(),
    }


def _name(font: Any, number: int) -> str:
    return " ".join((font["name"].getDebugName(number) or "").split())


def _rename(font: Any, family: str) -> None:
    """The new name everywhere; copyright, trade mark, licence and its address stay."""
    kept = (0, 7, 9, 11, 12, 13, 14)
    names = font["name"]
    names.names = [entry for entry in names.names if entry.nameID in kept]
    plain = family.replace(" ", "")
    for number, text in ((1, family), (2, "Regular"), (3, plain), (4, family), (6, plain)):
        names.setName(text, number, 3, 1, 0x409)
    if "CFF " in font:
        top = font["CFF "].cff
        top.fontNames = [plain]
        for field in ("FullName", "FamilyName"):
            if field in top.topDictIndex[0].rawDict:
                setattr(top.topDictIndex[0], field, family)
