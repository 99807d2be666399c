"""Where files live: assets beside the code, everything written under TL_DATA_DIR."""

from __future__ import annotations

import os
from pathlib import Path

import platformdirs

ROOT = Path(__file__).resolve().parents[2]
ASSETS = ROOT / "assets"


def data_dir() -> Path:
    """TL_DATA_DIR, else the platform's folder for user data.  Not created here."""
    chosen = os.environ.get("TL_DATA_DIR")
    return Path(chosen) if chosen else Path(platformdirs.user_data_dir("transfer-lab", False))
