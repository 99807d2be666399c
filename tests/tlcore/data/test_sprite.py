"""The sheet of test pictures."""

from __future__ import annotations

import numpy as np
import pytest
from PIL import Image

from tlcore.data.sprite import write_sprite


@pytest.mark.parametrize("channels", [1, 3])
def test_every_picture_is_where_the_row_says(tmp_path, channels):
    drawn = np.random.default_rng(0).integers(0, 256, (7, channels, 5, 4), dtype=np.uint8)
    told = write_sprite(drawn, tmp_path / "runs" / "test.png")
    assert told == {"file": "test.png", "columns": 3, "tile": [4, 5], "count": 7}
    sheet = np.asarray(Image.open(tmp_path / "runs" / "test.png").convert("RGB"))
    assert sheet.shape == (15, 12, 3)
    for i in range(7):
        x, y = i % 3 * 4, i // 3 * 5
        tile = sheet[y : y + 5, x : x + 4].transpose(2, 0, 1)
        assert (tile == np.broadcast_to(drawn[i], (3, 5, 4))).all()
