"""Exporting a shop: the files make the same shop again."""

from __future__ import annotations

from pathlib import Path

import pytest

from commerce.cart import ChosenOption
from commerce.clock import FrozenClock
from commerce.errors import ExportFailed, UnknownShop
from commerce.importing import check, export_shop, import_shop, sample_folders
from commerce.importing.format import CatalogueFile, ShopFile
from commerce.importing.reading import read
from commerce.payments.trial_gateway import TrialGateway
from commerce.shop import Shop
from commerce.storage.database import Database
from tests.commerce.cafe import FILES, NOON, open_cafe


def new_database(path: Path) -> Database:
    database = Database.open(f"sqlite:///{path}")
    database.upgrade()
    return database


def texts(folder: Path) -> dict[str, str]:
    """The files of a folder by name."""
    return {path.name: path.read_text(encoding="utf-8") for path in sorted(folder.iterdir())}


def test_an_export_makes_the_same_shop_again(tmp_path: Path) -> None:
    """A used cafe, exported and imported elsewhere: the same catalogue, customers, code, balances, orders, habits."""
    cafe = open_cafe(tmp_path)
    cafe.shop.carts.add("anna", "LATTE", 1, [ChosenOption("size", "small")])
    quote = cafe.shop.checkout.quote("anna", pay_with="card")
    cafe.shop.checkout.confirm("anna", quote.id, quote.digest, "yes", code="4711")
    cafe.shop.catalogue.set_stock("BEANS-S", 3)
    export_shop(cafe.database, "cafe", tmp_path / "first", cafe.clock)

    elsewhere = new_database(tmp_path / "elsewhere.db")
    import_shop(elsewhere, tmp_path / "first", cafe.clock)
    twin = Shop.open(elsewhere, "cafe", cafe.clock, TrialGateway())
    assert twin.catalogue.products() == cafe.shop.catalogue.products()
    assert twin.history.usual_basket("anna") == cafe.shop.history.usual_basket("anna")
    assert twin.history.popularity() == cafe.shop.history.popularity()
    assert [account.balance for account in twin.accounts.list("anna")] == [
        account.balance for account in cafe.shop.accounts.list("anna")
    ]
    assert [(order.number, order.status, order.total) for order in twin.orders.list("anna")] == [
        (order.number, order.status, order.total) for order in cafe.shop.orders.list("anna")
    ]
    twin.customers.check_code("anna", "4711")
    export_shop(elsewhere, "cafe", tmp_path / "second", cafe.clock)
    assert texts(tmp_path / "second") == texts(tmp_path / "first")


def test_files_come_back_as_they_were_written(tmp_path: Path) -> None:
    """What the export writes of shop and catalogue reads as the very content of the files that were imported."""
    cafe = open_cafe(tmp_path)
    export_shop(cafe.database, "cafe", tmp_path / "out", cafe.clock)
    assert check(tmp_path / "out") == []
    for name, model in (("shop.yaml", ShopFile), ("catalogue.yaml", CatalogueFile)):
        assert read(tmp_path / "out" / name, model).content == read(FILES / name, model).content


def test_an_export_survives_what_was_retired(tmp_path: Path) -> None:
    """Orders that hold goods and choices which are gone keep names and prices, so the export can be imported."""
    cafe = open_cafe(tmp_path)
    export_shop(cafe.database, "cafe", tmp_path / "files", cafe.clock)
    catalogue = tmp_path / "files" / "catalogue.yaml"
    text = catalogue.read_text(encoding="utf-8").replace("sku: BEANS-S", "sku: BEANS-M").replace("soy-milk", "oat-milk")
    catalogue.write_text(text, encoding="utf-8")
    (tmp_path / "files" / "customers.yaml").unlink()
    import_shop(cafe.database, tmp_path / "files", cafe.clock)

    export_shop(cafe.database, "cafe", tmp_path / "out", cafe.clock)
    assert check(tmp_path / "out") == []
    elsewhere = new_database(tmp_path / "elsewhere.db")
    import_shop(elsewhere, tmp_path / "out", cafe.clock)
    twin = Shop.open(elsewhere, "cafe", cafe.clock, TrialGateway())
    assert [order.total for order in twin.orders.list("anna")] == [
        order.total for order in cafe.shop.orders.list("anna")
    ]


def test_an_export_holds_no_digits_of_a_code(tmp_path: Path) -> None:
    """Only the hash leaves the database."""
    cafe = open_cafe(tmp_path)
    export_shop(cafe.database, "cafe", tmp_path / "out", cafe.clock)
    assert "4711" not in texts(tmp_path / "out")["customers.yaml"]


def test_bad_targets_are_refused(tmp_path: Path) -> None:
    """An unknown shop, and a folder that can't be one because a file is in the way."""
    cafe = open_cafe(tmp_path)
    with pytest.raises(UnknownShop) as refused:
        export_shop(cafe.database, "cafes", tmp_path / "out", cafe.clock)
    assert refused.value.known == ("cafe",)
    (tmp_path / "taken").write_text("")
    with pytest.raises(ExportFailed):
        export_shop(cafe.database, "cafe", tmp_path / "taken", cafe.clock)


def test_the_samples_have_no_mistakes_and_come_back(tmp_path: Path) -> None:
    """Every shop that comes with the package passes the check; the bank's and the Korean shop's exports round-trip."""
    folders = {folder.name: folder for folder in sample_folders()}
    assert {"bank", "coffee", "home", "home-ko", "pizza"} <= set(folders)
    assert [problem for folder in folders.values() for problem in check(folder)] == []
    clock = FrozenClock(NOON)
    database, twin = new_database(tmp_path / "a.db"), new_database(tmp_path / "b.db")
    for key in ("bank", "home-ko"):
        import_shop(database, folders[key], clock)
        export_shop(database, key, tmp_path / "first" / key, clock)
        import_shop(twin, tmp_path / "first" / key, clock)
        export_shop(twin, key, tmp_path / "second" / key, clock)
        assert texts(tmp_path / "second" / key) == texts(tmp_path / "first" / key)
