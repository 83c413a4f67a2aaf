"""What is done with ranked products follows from how near the first is and how far it leads."""

from __future__ import annotations

import pytest

from skills.understanding.products.decision import ACCEPT, READ_BACK, decide
from skills.understanding.products.quantities import Wanted
from skills.understanding.products.resolution import Accepted, NotFound, Offer, ProductMatch, Resolution

ASKED = Wanted("milk")


def ranked(*points: tuple[float, float]) -> list[ProductMatch]:
    """Matches with these scores and similarities."""
    return [ProductMatch(f"p{n}", None, f"p{n}", score, similarity) for n, (score, similarity) in enumerate(points)]


def by_words(*points: float) -> Resolution:
    return decide(ranked(*((point, point) for point in points)), ASKED, heard_again=False)


def test_a_clear_leader_is_accepted_without_a_word() -> None:
    """Near, and far ahead of the next."""
    found = by_words(92.0, 75.0)
    assert isinstance(found, Accepted)
    assert not found.read_back
    assert found.certainty >= ACCEPT


def test_the_same_similarity_with_a_small_lead_is_not_accepted_so() -> None:
    """What was heard is as near as before, but another product is nearly as near."""
    assert by_words(72.0, 58.0).certainty > by_words(72.0, 68.0).certainty
    found = by_words(72.0, 68.0)
    assert not isinstance(found, Accepted) or found.read_back


def test_a_likely_product_is_read_back() -> None:
    """Between the two thresholds its name is said before it counts."""
    found = by_words(76.0, 72.5)
    assert isinstance(found, Accepted)
    assert READ_BACK <= found.certainty < ACCEPT
    assert found.read_back


def test_equal_products_are_offered_three_at_most() -> None:
    """Four with the same name: three are offered, in their order."""
    found = by_words(100.0, 100.0, 100.0, 100.0)
    assert isinstance(found, Offer)
    assert [match.product_key for match in found.matches] == ["p0", "p1", "p2"]


def test_a_lead_by_habit_alone_is_read_back() -> None:
    """The words leave two equal; what the customer usually buys leads, and is named aloud."""
    found = decide(ranked((112.0, 100.0), (100.0, 100.0)), ASKED, heard_again=False)
    assert isinstance(found, Accepted)
    assert found.read_back


@pytest.mark.parametrize("similarity", [0.0, 30.0, 59.0])
def test_what_is_far_from_everything_is_not_found(similarity: float) -> None:
    """However far it leads, and however much the customer likes it."""
    assert isinstance(by_words(similarity, 0.0), NotFound)
    assert isinstance(decide(ranked((similarity + 15, similarity)), ASKED, heard_again=True), NotFound)


def test_nothing_found_is_an_answer() -> None:
    """An index without a near name."""
    assert decide([], ASKED, heard_again=False) == NotFound((), 0.0, ASKED)
