"""What promotions take off, as arithmetic: every cent is accounted for, whatever is in the cart."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from commerce.promotions.reckoning import Portion, allot, reckon
from commerce.promotions.rules import POINTS, Loyalty, Promotion, PromotionKind

TEA, CUP, JAM = "tea", "cup", "jam"


def portion(number: int, product: str, price: int, quantity: int = 1, category: str | None = None) -> Portion:
    return Portion(number, product, category, price, quantity)


def promotion(kind: PromotionKind, key: str = "it", **fields: object) -> Promotion:
    return Promotion(id=1, key=key, name=key.title(), kind=kind, **fields)  # type: ignore[arg-type]


def taken(portions: Sequence[Portion], *promotions: Promotion) -> dict[str, int]:
    return {each.key: each.amount.amount for each in reckon(portions, promotions, "USD").discounts}


def test_a_share_of_the_goods_is_rounded_once_over_all_lines() -> None:
    """A tenth of 3 x 0.99 and 1 x 0.99 of one category is 40 cents, not four times ten; other goods cost the same."""
    lines = [portion(1, TEA, 99, 3, "drinks"), portion(2, CUP, 99, 1, "drinks"), portion(3, JAM, 500)]
    tenth = promotion(PromotionKind.PERCENT, percent_ppm=100_000, categories=("drinks",))
    off = reckon(lines, [tenth], "USD")
    assert [each.amount.amount for each in off.discounts] == [40]
    assert [off.share(number) for number in (1, 2, 3)] == [30, 10, 0]


def test_of_every_group_the_cheapest_are_free() -> None:
    """Seven units in three for two: two groups, whose cheapest units cost 3 and 2; the seventh is paid for."""
    lines = [portion(1, TEA, 5, 2), portion(2, TEA, 3, 3), portion(3, TEA, 2, 2)]
    assert taken(lines, promotion(PromotionKind.MULTI_BUY, buy=3, pay=2, products=(TEA,))) == {"it": 3 + 2}


def test_a_bundle_takes_the_dearest_units_as_often_as_it_saves() -> None:
    """Tea and cup for 6: the dear tea saves 4, the cheap tea with the second cup would save nothing."""
    lines = [portion(1, TEA, 2), portion(2, TEA, 5), portion(3, CUP, 4, 2)]
    off = reckon(lines, [promotion(PromotionKind.BUNDLE, amount=6, products=(TEA, CUP))], "USD")
    assert sum(each.amount.amount for each in off.discounts) == 5 + 4 - 6
    assert off.share(1) == 0


def test_a_bundle_can_be_two_of_the_same() -> None:
    """Two teas for 7: of five teas, two pairs."""
    lines = [portion(1, TEA, 5, 5)]
    assert taken(lines, promotion(PromotionKind.BUNDLE, amount=7, products=(TEA, TEA))) == {"it": 2 * (10 - 7)}


def test_a_unit_is_reduced_once_and_the_cart_after_its_goods() -> None:
    """The shop names the cart's half first: the goods' third free unit still counts first, and no unit counts twice."""
    lines = [portion(1, TEA, 100, 4)]
    half = promotion(PromotionKind.PERCENT, "half", percent_ppm=500_000)
    three = promotion(PromotionKind.MULTI_BUY, "three", buy=3, pay=2, products=(TEA,))
    less = promotion(PromotionKind.AMOUNT, "less", amount=10, products=(TEA,))
    assert taken(lines, half, three, less) == {"three": 100, "less": 10, "half": 145}


def test_a_minimum_looks_at_the_full_price() -> None:
    """100 is reached though another promotion takes half of it off; 101 is not."""
    half = promotion(PromotionKind.PERCENT, "half", percent_ppm=500_000, products=(TEA,))
    lines = [portion(1, TEA, 100)]
    assert taken(lines, half, promotion(PromotionKind.AMOUNT, "ten", amount=10, minimum=100)) == {"half": 50, "ten": 10}
    assert taken(lines, half, promotion(PromotionKind.AMOUNT, "ten", amount=10, minimum=101)) == {"half": 50}


def test_points_pay_last_and_only_whole_ones() -> None:
    """Worth 7 each, 95 to pay, 20 points: thirteen are used and 4 cents are left to pay."""
    off = reckon([portion(1, TEA, 95)], [], "USD", Loyalty("Points", 100, 7), 20)
    assert [(each.key, each.amount.amount, each.points) for each in off.discounts] == [(POINTS, 91, 13)]


@pytest.mark.parametrize(
    ("amount", "weights", "shares"),
    [(10, [1, 1, 1], [4, 3, 3]), (1, [0, 5, 5], [0, 1, 0]), (0, [3, 4], [0, 0]), (7, [0, 0], [0, 0])],
)
def test_an_amount_is_shared_out_to_the_last_cent(amount: int, weights: list[int], shares: list[int]) -> None:
    """The largest remainders get the cents that are left over, among equals the first; nobody shares nothing."""
    assert allot(amount, weights) == shares


products = st.sampled_from([TEA, CUP, JAM])
portions_of = st.lists(
    st.tuples(products, st.integers(0, 5_000), st.integers(1, 99), st.sampled_from(["food", None])), max_size=6
).map(
    lambda rows: [portion(number, name, price, units, kind) for number, (name, price, units, kind) in enumerate(rows)]
)
goods = st.one_of(
    st.just({}),
    st.fixed_dictionaries({"products": st.lists(products, min_size=1, max_size=2).map(tuple)}),
    st.just({"categories": ("food",)}),
)
percents = st.builds(
    lambda ppm, about: promotion(PromotionKind.PERCENT, percent_ppm=ppm, **about), st.integers(1, 1_000_000), goods
)
amounts = st.builds(
    lambda cents, about: promotion(PromotionKind.AMOUNT, amount=cents, **about), st.integers(1, 20_000), goods
)
multi_buys = st.builds(
    lambda buy, pay, name: promotion(PromotionKind.MULTI_BUY, buy=buy, pay=min(pay, buy - 1), products=(name,)),
    st.integers(2, 6),
    st.integers(1, 5),
    products,
)
bundles = st.builds(
    lambda price, names: promotion(PromotionKind.BUNDLE, amount=price, products=tuple(names)),
    st.integers(0, 9_000),
    st.lists(products, min_size=2, max_size=3),
)


@given(
    portions_of,
    st.lists(st.one_of(percents, amounts, multi_buys, bundles), max_size=4),
    st.integers(0, 10_000),
    st.integers(1, 50),
)
def test_shares_add_up_and_nothing_is_ever_negative(
    portions: list[Portion], promotions: list[Promotion], points: int, worth: int
) -> None:
    """Any cart under any promotions: discounts are above zero and add up to the lines' shares."""
    off = reckon(portions, promotions, "USD", Loyalty("Points", 100, worth), points)
    told = sum(each.amount.amount for each in off.discounts)
    assert told == sum(off.share(each.number) for each in portions)
    assert all(each.amount.amount > 0 for each in off.discounts)
    assert all(0 <= off.share(each.number) <= each.unit_price * each.quantity for each in portions)
    assert sum(each.points for each in off.discounts) <= points


@given(portions_of, st.lists(st.one_of(percents, amounts, multi_buys, bundles), max_size=3))
def test_the_order_of_the_lines_makes_no_difference(portions: list[Portion], promotions: list[Promotion]) -> None:
    """The same lines, read from the database the other way round, come to the same."""
    assert reckon(portions[::-1], promotions, "USD") == reckon(portions, promotions, "USD")
