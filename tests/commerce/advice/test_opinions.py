"""What people say: counted, and in their own words."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import pytest

from commerce.advice.opinions import Opinions
from commerce.errors import UnknownProduct
from tests.commerce.advice.habits import open_with_past
from tests.commerce.places import Place

LONG = "word " * 30
REVIEWS = f"""
reviews:
  - {{product: milk, stars: 5, day: -9d, says: Old praise.}}
  - {{product: milk, stars: 4, day: -2d, says: Fresh.}}
  - {{product: milk, stars: 5, day: -1d, says: {LONG}}}
  - {{product: milk, stars: 1, day: -5d, says: Sour.}}
  - {{product: milk, stars: 3, day: -1d, says: So so.}}
  - {{product: bread, stars: 5, day: -1d}}
"""


@pytest.fixture
def opinions(tmp_path: Path) -> Opinions:
    return open_with_past(Place(tmp_path), {"anna": []}, reviews=REVIEWS).shop.opinions


def test_stars_are_counted_and_somebody_is_quoted(opinions: Opinions) -> None:
    """18 stars of five people; the newest praise that is short enough, and the newest complaint, word for word."""
    about = opinions.about("milk")
    assert about.stars == (1, 0, 1, 1, 2)
    assert (about.count, about.average) == (5, Fraction(18, 5))
    assert (about.praise, about.complaint) == ("Fresh.", "Sour.")


def test_nothing_is_said_that_nobody_said(opinions: Opinions) -> None:
    """Stars without words, and a product that nobody has an opinion of."""
    assert (opinions.about("bread").praise, opinions.about("bread").complaint) == ("", "")
    assert (opinions.about("wine").count, opinions.about("wine").average) == (0, None)
    with pytest.raises(UnknownProduct):
        opinions.about("unicorn")
