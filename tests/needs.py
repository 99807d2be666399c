"""What a test cannot do without; each skips where its reason holds."""

import pytest

from tlcore.catalog import packaged


# requirements.txt installs it; the app, and so the other tests, works where it is missing.
def _package(name: str) -> pytest.MarkDecorator:
    return pytest.mark.skipif(
        not packaged.present(name), reason=f"no {packaged.PACKAGES[name].pip}"
    )


minilm, imagenet = _package("minilm"), _package("imagenet")
