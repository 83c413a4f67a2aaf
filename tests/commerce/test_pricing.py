"""What a purchase costs: integers only, tax once a rate, rounded half up."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from commerce.errors import AmountOutOfRange, MixedCurrencies
from commerce.ledger import MOST
from commerce.money import Money
from commerce.pricing import Terms, add_up


@dataclass(frozen=True)
class Line:
    total: Money
    tax_rate: Decimal


def line(amount: int, rate: str = "0", currency: str = "USD") -> Line:
    return Line(Money(amount, currency), Decimal(rate))


def terms(fee: int = 0, free_from: int | None = None, included: bool = False) -> Terms:
    return Terms(Money(fee, "USD"), None if free_from is None else Money(free_from, "USD"), included)


lines = st.lists(
    st.builds(line, st.integers(0, 10**9), st.sampled_from(["0", "0.07", "0.19", "0.0625", "0.088750"])), min_size=1
)
any_terms = st.builds(terms, st.integers(0, 2000), st.none() | st.integers(0, 10**6), st.booleans())


@pytest.mark.parametrize(
    ("base", "rate", "tax"), [(50, "0.01", 1), (49, "0.01", 0), (150, "0.01", 2), (250, "0.01", 3), (0, "0.19", 0)]
)
def test_half_a_cent_is_rounded_up(base: int, rate: str, tax: int) -> None:
    """0.5, 1.5 and 2.5 cents become 1, 2 and 3: up, and not to the even one."""
    assert add_up([line(base, rate)], terms()).tax.amount == tax


def test_tax_is_rounded_once_for_each_rate() -> None:
    """Three lines of 0.4 cents of tax each make 1.2 cents, so one cent; a line of another rate is rounded apart."""
    assert add_up([line(40, "0.01")] * 3, terms()).tax.amount == 1
    assert add_up([line(40, "0.01"), line(40, "0.01"), line(4, "0.1")], terms()).tax.amount == 1


def test_tax_that_prices_include_is_taken_out_of_them() -> None:
    """119 with 19 percent in it is 100 and 19, and the total does not grow."""
    totals = add_up([line(119, "0.19")], terms(included=True))
    assert (totals.net.amount, totals.tax.amount, totals.total.amount) == (100, 19, 119)


@pytest.mark.parametrize(("subtotal", "delivery"), [(3999, 390), (4000, 0), (4001, 0)])
def test_delivery_is_free_from_the_limit_on(subtotal: int, delivery: int) -> None:
    """Exactly at the limit it is free."""
    assert add_up([line(subtotal)], terms(390, 4000)).delivery.amount == delivery


@given(lines, any_terms)
def test_the_parts_are_the_whole(bought: list[Line], agreed: Terms) -> None:
    """Net, tax and delivery are the total to the cent, and none of them is negative."""
    totals = add_up(bought, agreed)
    assert totals.net + totals.tax + totals.delivery == totals.total
    assert min(totals.net.amount, totals.tax.amount, totals.delivery.amount) >= 0
    assert totals.subtotal == (totals.net + totals.tax if agreed.prices_include_tax else totals.net)


@given(lines, any_terms, st.randoms())
def test_neither_order_nor_splitting_of_lines_changes_the_price(bought: list[Line], agreed: Terms, random) -> None:  # type: ignore[no-untyped-def]
    """The same units on other lines, in another order, cost the same."""
    split = []
    for one in bought:
        part = random.randint(0, one.total.amount)
        split += [line(part, str(one.tax_rate)), line(one.total.amount - part, str(one.tax_rate))]
    random.shuffle(split)
    assert add_up(split, agreed) == add_up(bought, agreed)


@given(st.integers(0, 10**12), st.decimals(0, 1, places=6), st.booleans())
def test_integers_round_as_exact_decimals_do(base: int, rate: Decimal, included: bool) -> None:
    """The integer arithmetic agrees with decimal arithmetic to 28 digits."""
    exact = Decimal(base) * rate / (1 + rate) if included else Decimal(base) * rate
    expected = int(exact.quantize(Decimal(1), ROUND_HALF_UP))
    totals = add_up([Line(Money(base, "USD"), rate)], terms(included=included))
    assert totals.tax.amount == expected


def test_amounts_beyond_any_money_are_refused() -> None:
    """Too large in one line, too large only in the sum, and negative."""
    for bought in ([line(MOST + 1)], [line(MOST), line(1)], [line(-1), line(5)]):
        with pytest.raises(AmountOutOfRange):
            add_up(bought, terms())


def test_currencies_are_never_added() -> None:
    """Dollars and euros in one cart."""
    with pytest.raises(MixedCurrencies):
        add_up([line(100), line(100, currency="EUR")], terms())
