"""What a test cannot do without; each skips where its reason holds."""

import pytest

from tlcore.catalog import packaged

# requirements.txt installs it; the app, and so the other tests, works where it is missing.
minilm = pytest.mark.skipif(
    not packaged.present("minilm"), reason=f"no {packaged.PACKAGES['minilm'].pip}"
)
