"""The order of similarity that a person expects, written down before anything was measured.

Six data sets, nearest to the backbone's source first.  It was thought out from what the sets are
(grey or colour, photographed or drawn, one thing on nothing or a scene), not from any score; the
commit that holds this file is older than the first measurement.  It stays as it is: where the
measured order differs, `python -m tlcore similarity` prints by how much, and nothing is tuned.
"""

from __future__ import annotations

ORDER: dict[str, tuple[str, ...]] = {
    # Pre-trained on six garment classes of Fashion-MNIST: grey, 28 px, one light thing on black.
    "clothing": (
        "garments",  # other classes of the very same collection
        "font_digits",  # grey, 28 px, one crisp filled shape on black, as a garment's outline is
        "digits",  # grey, light on black too, but thin blurred strokes, from 8 px
        "signs",  # one filled shape with a clear outline in the middle, but in colour, in a scene
        "game",  # several small coloured things on a background that is not empty
        "blood",  # dark round cells on a light ground: texture and colour, nothing with an outline
    ),
    # Pre-trained on Tiny ImageNet: colour photographs of things in scenes, 64 px.
    "photo": (
        "signs",  # a thing in a scene, in colour, with light and blur as a camera gives them
        "game",  # coloured things in front of something, though drawn
        "garments",  # real photographs of things ImageNet knows, but grey, 28 px, on nothing
        "blood",  # colour and texture, but a microscope's world: the textbooks' "different"
        "digits",  # grey strokes, scanned from paper
        "font_digits",  # grey strokes that no camera has ever seen
    ),
}

# How each score is turned into an order, also decided beforehand.  Scores with labels are those
# of the last block, where the head would sit; distances are the mean over all blocks, because at
# the last ones a linear classifier tells most sets from the source without error (PAD = 2).
# Accuracies are corrected for chance, (accuracy - chance) / (1 - chance), and the H-score is
# divided by its maximum, classes - 1: sets with few classes are not nearer for that.
PICTURES, SEED = 1000, 0  # or the whole pool, where it is smaller; knobs as recommended
