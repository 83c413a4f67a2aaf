"""Wish lists."""

from __future__ import annotations

from pathlib import Path

import pytest

from commerce.errors import UnknownCustomer, UnknownSku
from commerce.importing import import_shop
from tests.commerce.corner import FILES, Corner, dollars, open_corner
from tests.commerce.places import Place
from tests.commerce.promotions_shop import files_with


@pytest.fixture
def corner(place: Place) -> Corner:
    return open_corner(place)


def test_wishes_are_kept_in_their_order(corner: Corner) -> None:
    """Wine, then bread, each once, at today's price; ben's list is his own."""
    wishes = corner.shop.wishes
    assert wishes.add("anna", "WINE")
    corner.clock.advance(minutes=1)
    assert wishes.add("anna", "BREAD")
    assert not wishes.add("anna", "WINE")
    wine, bread = wishes.list("anna")
    assert (wine.sku, wine.product_key, wine.price, wine.in_stock) == ("WINE", "wine", dollars(4500), True)
    assert (wine.added_at < bread.added_at, bread.sku) == (True, "BREAD")
    assert wishes.list("ben") == ()


def test_a_wish_can_be_taken_back_once(corner: Corner) -> None:
    """The second time there is nothing to take off."""
    corner.shop.wishes.add("anna", "WINE")
    assert corner.shop.wishes.remove("anna", "WINE")
    assert not corner.shop.wishes.remove("anna", "WINE")
    assert corner.shop.wishes.list("anna") == ()


def test_what_is_out_is_wished_for_all_the_same(corner: Corner) -> None:
    """That is what wish lists are for."""
    corner.shop.catalogue.set_stock("BREAD", 0)
    corner.shop.wishes.add("anna", "BREAD")
    assert [wish.in_stock for wish in corner.shop.wishes.list("anna")] == [False]


def test_what_is_no_longer_sold_leaves_the_list_until_it_is_back(corner: Corner, tmp_path: Path) -> None:
    """The wine goes out of the range and comes back: the wish was only out of sight."""
    corner.shop.wishes.add("anna", "WINE")
    files = files_with("{}")
    catalogue = (files / "catalogue.yaml").read_text(encoding="utf-8")
    for name in ("shop", "promotions"):
        (tmp_path / f"{name}.yaml").write_text((files / f"{name}.yaml").read_text(encoding="utf-8"), encoding="utf-8")
    (tmp_path / "catalogue.yaml").write_text(catalogue.replace("sku: WINE", "sku: CIDER"), encoding="utf-8")
    import_shop(corner.database, tmp_path, corner.clock)
    assert corner.shop.wishes.list("anna") == ()
    with pytest.raises(UnknownSku):
        corner.shop.wishes.add("anna", "WINE")
    import_shop(corner.database, FILES, corner.clock)
    assert [wish.sku for wish in corner.shop.wishes.list("anna")] == ["WINE"]


def test_strangers_and_unknown_goods_are_refused(corner: Corner) -> None:
    """Nothing is written down."""
    with pytest.raises(UnknownSku):
        corner.shop.wishes.add("anna", "UNICORN")
    with pytest.raises(UnknownCustomer):
        corner.shop.wishes.add("eve", "WINE")
    assert corner.shop.wishes.list("anna") == ()
