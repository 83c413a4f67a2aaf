"""What bad input gets: an error with a code, and a database in which nothing changed."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest

from commerce.errors import CommerceError
from commerce.money import Money
from commerce.shop import Shop
from tests.commerce.corner import dollars, open_corner
from tests.commerce.places import Place
from tests.commerce.whole_database import everything

HUGE = 2**63  # one more than a database's largest number
NUL = "MILK\x00"  # PostgreSQL can't keep it
HALF = "MILK\ud800"  # half a character: no UTF-8

BAD: dict[str, tuple[str, Callable[[Shop], object]]] = {
    "a quantity that overflows": ("quantity_out_of_range", lambda shop: shop.carts.add("ben", "MILK", HUGE)),
    "a quantity below zero": ("quantity_out_of_range", lambda shop: shop.carts.add("ben", "MILK", -1)),
    "no quantity": ("quantity_out_of_range", lambda shop: shop.carts.add("ben", "MILK", 0)),
    "a line set to too many": ("quantity_out_of_range", lambda shop: shop.carts.set_quantity("ben", 1, HUGE)),
    "a line that overflows": ("unknown_line", lambda shop: shop.carts.remove("ben", HUGE)),
    "an unknown sku in a cart": ("unknown_sku", lambda shop: shop.carts.add("ben", "CAVIAR")),
    "an unknown sku on the shelf": ("unknown_sku", lambda shop: shop.catalogue.set_stock("CAVIAR", 1)),
    "an unknown sku held": ("unknown_sku", lambda shop: shop.reservations.hold("ben", "CAVIAR")),
    "a price for an unknown sku": ("unknown_sku", lambda shop: shop.catalogue.set_price("CAVIAR", dollars(1))),
    "a shelf below zero": ("shelf_out_of_range", lambda shop: shop.catalogue.set_stock("MILK", -1)),
    "a shelf that overflows": ("shelf_out_of_range", lambda shop: shop.catalogue.set_stock("MILK", HUGE)),
    "a negative price": ("amount_out_of_range", lambda shop: shop.catalogue.set_price("MILK", dollars(-1))),
    "a price that overflows": ("amount_out_of_range", lambda shop: shop.catalogue.set_price("MILK", dollars(HUGE))),
    "a price in won": ("mixed_currencies", lambda shop: shop.catalogue.set_price("MILK", Money(1, "KRW"))),
    "a reservation that overflows": ("quantity_out_of_range", lambda shop: shop.reservations.hold("ben", "MILK", HUGE)),
    "a hold for no time": (
        "hold_out_of_range",
        lambda shop: shop.reservations.hold("ben", "MILK", 1, timedelta(0)),
    ),
    "a hold for ever": ("hold_out_of_range", lambda shop: shop.reservations.hold("ben", "MILK", 1, timedelta.max)),
    "an unknown bill": ("unknown_bill", lambda shop: shop.checkout.quote_bill("anna", 999_999, 1)),
    "a bill that overflows": ("unfit_value", lambda shop: shop.checkout.quote_bill("anna", HUGE, 1)),
    "a refund in won": ("mixed_currencies", lambda shop: shop.returns.refund("701", Money(1, "KRW"), "r")),
    "a negative refund": ("refund_too_large", lambda shop: shop.returns.refund("701", dollars(-1), "r")),
    "a refund that overflows": ("refund_too_large", lambda shop: shop.returns.refund("701", dollars(HUGE), "r")),
    "points that overflow": ("amount_out_of_range", lambda shop: shop.promotions.grant("ben", HUGE, "k")),
    "an unknown order": ("unknown_order", lambda shop: shop.orders.get("ben", "999999")),
    "an order number without end": ("unknown_order", lambda shop: shop.orders.get("ben", "7" * 100_000)),
    "an unknown customer": ("unknown_customer", lambda shop: shop.carts.get("zoe")),
    "an unknown card": ("unknown_payment_method", lambda shop: shop.checkout.quote("ben", "someone-elses")),
    "half a character": ("unfit_value", lambda shop: shop.carts.add("ben", HALF)),
    "half a character in a number": ("unfit_value", lambda shop: shop.orders.get("ben", HALF)),
    "a quote that never was": ("quote_not_live", lambda shop: shop.checkout.confirm("ben", "none", "none", "key")),
}


@pytest.mark.parametrize("what", BAD)
def test_bad_input_is_refused_with_a_code(place: Place, what: str) -> None:
    """The cart holds a bottle of milk; afterwards it still does, and no row of any table is another one."""
    code, attempt = BAD[what]
    corner = open_corner(place)
    corner.fill(MILK=1)
    before = everything(corner.database)
    with pytest.raises(CommerceError) as refused:
        attempt(corner.shop)
    assert refused.value.code == code
    assert "\n" not in str(refused.value)
    assert everything(corner.database) == before


@pytest.mark.parametrize(
    "attempt",
    [
        lambda shop: shop.carts.add("ben", NUL),
        lambda shop: shop.orders.get("ben", NUL),
        lambda shop: shop.promotions.use_coupon("ben", NUL),
        lambda shop: shop.checkout.confirm("ben", NUL, "digest", "key"),
    ],
)
def test_a_character_that_only_one_database_can_keep_is_refused_by_both(
    place: Place, attempt: Callable[[Shop], object]
) -> None:
    """SQLite looks for it and finds nothing; PostgreSQL can't look. Nobody sees a driver's error."""
    corner = open_corner(place)
    before = everything(corner.database)
    with pytest.raises(CommerceError) as refused:
        attempt(corner.shop)
    found_nothing = {"unknown_sku", "unknown_order", "coupon_refused", "quote_not_live"}
    assert refused.value.code in {"unfit_value", *found_nothing}
    assert everything(corner.database) == before


@pytest.mark.parametrize(
    ("first", "other"),
    [
        (
            lambda shop: shop.returns.refund("700", dollars(100), "scratch"),
            lambda shop: shop.returns.refund("700", dollars(101), "scratch"),
        ),
        (lambda shop: shop.promotions.grant("ben", 5, "sorry"), lambda shop: shop.promotions.grant("ben", 6, "sorry")),
    ],
    ids=["refund", "points"],
)
def test_a_key_stands_for_one_write(
    place: Place, first: Callable[[Shop], object], other: Callable[[Shop], object]
) -> None:
    """The same key and body again changes nothing more; another body is a conflict, and changes nothing either."""
    corner = open_corner(place)
    first(corner.shop)
    once = everything(corner.database)
    first(corner.shop)
    assert everything(corner.database) == once
    with pytest.raises(CommerceError) as refused:
        other(corner.shop)
    assert refused.value.code == "idempotency_conflict"
    assert everything(corner.database) == once
