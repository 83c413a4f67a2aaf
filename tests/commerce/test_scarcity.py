"""When goods are short: reservations that run out, back-orders up to a limit, and what can be had instead."""

from __future__ import annotations

import shutil
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path

import pytest

from commerce.catalogue.instead import Substitute
from commerce.errors import (
    CommerceError,
    InsufficientStock,
    QuantityOutOfRange,
    ReservationGone,
    UnitsExceeded,
    UnknownSku,
)
from commerce.importing import check, export_shop, import_shop
from commerce.importing.format import CatalogueFile
from commerce.importing.reading import read
from commerce.order_items import Order
from commerce.order_states import OrderStatus
from commerce.storage.order_tables import OrderLineRow
from tests.commerce.corner import FILES, Corner, dollars, open_corner
from tests.commerce.places import Place


def edited(folder: Path, old: str, new: str) -> Path:
    """The shop's files with a change in the catalogue."""
    files = folder / "files"
    shutil.copytree(FILES, files)
    catalogue = files / "catalogue.yaml"
    text = catalogue.read_text()
    assert old in text
    catalogue.write_text(text.replace(old, new))
    return files


@pytest.fixture
def corner(place: Place, tmp_path: Path) -> Corner:
    """Of bread there is one, and three more may be promised; bread can be replaced by milk, or by wine."""
    corner = open_corner(place)
    bread = "stock: 1, back_orders: 3, substitutes: [WINE, MILK]}"
    import_shop(corner.database, edited(tmp_path, "stock: 1}", bread), corner.clock)
    return corner


def buy(corner: Corner, customer: str = "ben", **units: int) -> Order:
    corner.fill(customer, **units)
    return corner.buy(customer, pay_with="delivery").order


def held_and_owed(corner: Corner, order: Order) -> tuple[int, int]:
    with corner.database.reading() as session:
        rows = session.query(OrderLineRow).filter_by(order_id=order.id).all()
        return sum(row.held for row in rows), sum(row.owed for row in rows)


def test_what_is_held_for_somebody_is_nobody_elses_until_it_runs_out(corner: Corner) -> None:
    """Ben holds all the wine; Carla can't have it for a quarter of an hour, and then she can."""
    held = corner.shop.reservations.hold("ben", "WINE", 10)
    assert corner.stock("WINE") == 0
    assert corner.shop.reservations.list("ben") == (held,)
    with pytest.raises(InsufficientStock):
        corner.shop.carts.add("carla", "WINE", 1)
    corner.clock.advance(minutes=15)
    assert corner.shop.reservations.list("ben") == ()
    buy(corner, "carla", WINE=1)
    assert corner.stock("WINE") == 9
    with pytest.raises(ReservationGone):
        corner.shop.reservations.give_up("ben", held.id)


def test_a_checkout_uses_up_what_was_held(corner: Corner) -> None:
    """Ben and Carla hold every bottle of milk between them; Ben holds four and buys three: one is anybody's again."""
    corner.shop.reservations.hold("ben", "MILK", 4)
    corner.shop.reservations.hold("carla", "MILK", 36)
    buy(corner, MILK=3)
    assert corner.stock("MILK") == 1
    assert corner.shop.reservations.list("ben") == ()


def test_held_goods_go_back_when_given_up_or_forgotten(corner: Corner) -> None:
    """Given up once, not twice and not by others; what nobody gave up is swept."""
    held = corner.shop.reservations.hold("ben", "WINE", 4)
    with pytest.raises(ReservationGone):
        corner.shop.reservations.give_up("anna", held.id)
    corner.shop.reservations.give_up("ben", held.id)
    with pytest.raises(ReservationGone):
        corner.shop.reservations.give_up("ben", held.id)
    corner.shop.reservations.hold("ben", "MILK", 1, lasts=timedelta(minutes=1))
    assert corner.shop.reservations.expire() == 0
    corner.clock.advance(minutes=2)
    assert (corner.shop.reservations.expire(), corner.shop.reservations.expire()) == (1, 0)
    assert (corner.stock("WINE"), corner.stock("MILK")) == (10, 40)


@pytest.mark.parametrize("units", [0, -1, 100])
def test_impossible_holds_are_refused(corner: Corner, units: int) -> None:
    """Nothing, less than nothing, and more than a cart's line holds."""
    with pytest.raises(QuantityOutOfRange):
        corner.shop.reservations.hold("ben", "WINE", units)
    with pytest.raises(UnknownSku):
        corner.shop.reservations.hold("ben", "TEA", 1)


def test_parallel_holds_never_promise_a_unit_twice(corner: Corner) -> None:
    """Eight threads reach for ten bottles, three each: three of them get some."""

    def reach(_: int) -> int:
        try:
            return corner.shop.reservations.hold("ben", "WINE", 3).units
        except CommerceError:
            return 0

    with ThreadPoolExecutor(4) as pool:
        assert sum(pool.map(reach, range(8))) == 9
    assert corner.stock("WINE") == 1


def test_more_is_sold_than_is_here_up_to_the_limit(corner: Corner) -> None:
    """One loaf and three promised: three are sold to Ben, one more to Carla, and then it is out."""
    first = buy(corner, BREAD=3)
    assert held_and_owed(corner, first) == (1, 2)
    assert held_and_owed(corner, buy(corner, "carla", BREAD=1)) == (0, 1)
    with pytest.raises(InsufficientStock) as out:
        corner.shop.carts.add("anna", "BREAD", 1)
    assert out.value.available == 0


def test_new_goods_go_to_those_who_wait_the_longest_first(corner: Corner) -> None:
    """Two loaves arrive for three that are owed: the first order has all of its own, the second waits on."""
    first, second = buy(corner, BREAD=3), buy(corner, "carla", BREAD=1)
    corner.shop.catalogue.set_stock("BREAD", 2)
    assert held_and_owed(corner, first) == (3, 0)
    assert held_and_owed(corner, second) == (0, 1)
    assert corner.stock("BREAD") == 0
    corner.shop.orders.cancel("ben", first.number)  # its loaves go to the one who waits
    assert held_and_owed(corner, second) == (1, 0)
    assert corner.stock("BREAD") == 2


def test_a_cancelled_back_order_makes_room_for_another(corner: Corner) -> None:
    """What was promised to Ben can be promised to Carla."""
    order = buy(corner, BREAD=4)
    corner.shop.orders.cancel("ben", order.number)
    assert held_and_owed(corner, order) == (0, 0)
    assert held_and_owed(corner, buy(corner, "carla", BREAD=4)) == (1, 3)


def test_what_is_not_here_can_not_leave(corner: Corner) -> None:
    """The loaf that is here leaves at once, the others when they have come."""
    order = buy(corner, BREAD=3)
    corner.shop.orders.advance(order.number, OrderStatus.ACCEPTED)
    assert dict(corner.shop.shipping.send(order.number).units) == {1: 1}
    with pytest.raises(UnitsExceeded):
        corner.shop.shipping.send(order.number, {1: 1})
    corner.shop.catalogue.set_stock("BREAD", 5)
    assert dict(corner.shop.shipping.send(order.number).units) == {1: 2}
    assert corner.stock("BREAD") == 3


def test_what_can_be_had_instead_with_its_difference_in_price(corner: Corner) -> None:
    """In the shop's order, only what is here in the units that are wanted."""
    wine = Substitute("WINE", "Wine", dollars(4500), dollars(4190), 10)
    milk = Substitute("MILK", "Milk", dollars(249), dollars(-61), 40)
    assert corner.shop.catalogue.substitutes("BREAD") == (wine, milk)
    assert corner.shop.catalogue.substitutes("BREAD", units=11) == (milk,)
    assert corner.shop.catalogue.substitutes("MILK") == ()
    with pytest.raises(UnknownSku):
        corner.shop.catalogue.substitutes("TEA")


def test_files_name_only_substitutes_that_exist(tmp_path: Path) -> None:
    """A SKU of nowhere, the variant itself, and one named twice are problems with their place."""
    files = edited(tmp_path, "stock: 1}", "stock: 1, substitutes: [TEA, BREAD, MILK, MILK]}")
    assert len(check(files)) == 3


def test_an_export_says_what_is_promised_and_what_to_take_instead(corner: Corner, tmp_path: Path) -> None:
    """The files read as what was imported."""
    export_shop(corner.database, "corner", tmp_path / "out", corner.clock)
    source = read(tmp_path / "out" / "catalogue.yaml", CatalogueFile)
    assert source.content is not None
    bread = next(product for product in source.content.products if product.key == "bread").variants[0]
    assert (bread.back_orders, bread.substitutes) == (3, ["WINE", "MILK"])
