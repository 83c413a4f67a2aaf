"""Importing a shop's files: what is wrong is named, what is right replaces what was there."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from commerce.cart import ChosenOption
from commerce.errors import CodeLocked, CommerceError, InvalidShopFiles
from commerce.importing import check, import_shop
from commerce.money import Money
from commerce.order_states import OrderStatus
from commerce.shop import shops
from commerce.storage.database import Database
from tests.commerce.cafe import FILES, Cafe, edited_files, open_cafe

MISTAKES = [
    ("shop", "currency: USD", "currency: ABC", ["shop.yaml, line 4: currency ABC is no currency"]),
    (
        "shop",
        "kind: cafe",
        "kind: bar",
        ["shop.yaml, line 3: kind should be 'groceries', 'cafe', 'bank' or 'pizzeria'"],
    ),
    ("shop", "name: Test Cafe", "title: Test Cafe", ["line 2: title is not a field", "line 1: name is missing"]),
    ("catalogue", "key: shots", "key: Shots", ["line 10: option_groups[1].key should be lower-case letters"]),
    (
        "catalogue",
        "default: medium",
        "default: tiny",
        ["line 5: option_groups[0].default 'tiny' is none of the choices"],
    ),
    ("catalogue", "maximum: 2", "maximum: 7", ["line 23: option_groups[3].maximum should be at least the minimum"]),
    ("catalogue", "sku: CUP", "sku: SANDWICH", ["products[3].variants[0].sku SANDWICH is a SKU of 'sandwich' too"]),
    ("catalogue", "[bread]", "[bred]", ["products[1].options[0] there is no option group 'bred'"]),
    ("catalogue", "price: 18.00", "price: 18.005", ["variants[0].price 18.005 has more decimals than USD has"]),
    ("catalogue", "price: 18.00", "price: -1", ["products[3].variants[0].price should be greater than or equal to 0"]),
    ("catalogue", "name: Sandwich", "name: no", ["products[1].name should be text; quote it"]),
    ("catalogue", "- key: cup", "- key: latte", ["products[3].key 'latte' is given twice"]),
    ("catalogue", "- key: cup", "- key: cup\n    key: mug", ["products[3].key is given twice"]),
    ("catalogue", "name: Sandwich", "name: [", ["catalogue.yaml, line 47: is no YAML"]),
    ("catalogue", "{size: half a pound}", "&a {size: half}, spoken: *a", ["variants[0].spoken anchors and aliases"]),
    ("customers", "payee: power, amount: 84.20", "payee: gas, amount: 84.20", ["bills[1].payee 'gas' is none of"]),
    ("customers", "balance: 31.40", "balance: -0.01", ["accounts[0].balance of store can't be below 0"]),
    ("customers", 'code: "4711"', "code: 4711", ["customers.yaml, line 5: customers[0].code should be text"]),
    ("customers", "placed: -9d", "placed: 2026-03-01", ["orders[0].placed should be a day counted from today"]),
    ("customers", "value: large", "value: huge", ["orders[0].lines[0].options[0] LATTE can't be had with size 'huge'"]),
    ("customers", ", name: Old mug, price: 9.90", "", ["OLD-MUG is not in the catalogue"]),
    ("customers", 'number: "2"', 'number: "1"', ["orders[1].number there are two orders 1"]),
]


@pytest.fixture
def cafe(tmp_path: Path) -> Cafe:
    return open_cafe(tmp_path)


def state(cafe: Cafe) -> tuple[object, ...]:
    """What an import can change."""
    return (
        cafe.shop.catalogue.version(),
        cafe.shop.catalogue.products(),
        cafe.shop.customers.list(),
        cafe.shop.accounts.list("anna"),
        cafe.shop.orders.list("anna"),
    )


@pytest.mark.parametrize(("file", "right", "wrong", "expected"), MISTAKES)
def test_mistakes_are_named_by_file_line_and_field(
    tmp_path: Path, file: str, right: str, wrong: str, expected: list[str]
) -> None:
    """One mistake in one file: the check says where it is and what should be there."""
    problems = [str(problem) for problem in check(edited_files(tmp_path, **{file: (right, wrong)}))]
    for part in expected:
        assert [problem for problem in problems if part in problem], problems
    assert all(problem.startswith(f"{file}.yaml, line ") for problem in problems)


def test_all_mistakes_are_listed_at_once_and_nothing_is_imported(cafe: Cafe, tmp_path: Path) -> None:
    """Mistakes in all three files come out together, in reading order, and the shop is as it was."""
    before = state(cafe)
    files = edited_files(
        tmp_path,
        shop=("language: en", "language: English"),
        catalogue=("price: 4.20", "price: cheap"),
        customers=("balance: 31.40", "balance: null"),
    )
    with pytest.raises(InvalidShopFiles) as refused:
        import_shop(cafe.database, files, cafe.clock)
    assert [problem.split(":")[0] for problem in refused.value.problems] == [
        "shop.yaml, line 5",
        "catalogue.yaml, line 43",
        "customers.yaml, line 18",
    ]
    assert state(cafe) == before


def test_an_error_in_mid_import_takes_everything_back(cafe: Cafe, tmp_path: Path) -> None:
    """The database refuses the last customer: neither the new prices nor the other new customer are there."""
    before = state(cafe)
    with cafe.database.connection() as connection:
        connection.execute(
            text(
                "CREATE TRIGGER full BEFORE INSERT ON customers WHEN new.key = 'dora' "
                "BEGIN SELECT RAISE(ABORT, 'no room for her'); END"
            )
        )
    files = edited_files(
        tmp_path,
        catalogue=("price: 4.20", "price: 4.90"),
        customers=("  - key: ben", "  - {key: cleo, name: Cleo}\n  - {key: dora, name: Dora}\n  - key: ben"),
    )
    with pytest.raises(IntegrityError, match="no room for her"):
        import_shop(cafe.database, files, cafe.clock)
    assert state(cafe) == before


def test_missing_and_unreadable_files_are_mistakes_too(tmp_path: Path) -> None:
    """No folder, no catalogue, bytes that are no text; customers.yaml alone may be missing."""
    assert [str(problem) for problem in check(tmp_path / "nowhere")] == [
        f"{tmp_path / 'nowhere'}, line 1: is no folder with a shop's files"
    ]
    files = shutil.copytree(FILES, tmp_path / "files")
    (files / "customers.yaml").unlink()
    assert check(files) == []
    (files / "catalogue.yaml").unlink()
    (files / "shop.yaml").write_bytes(b"\xff\xfe\x00")
    assert [str(problem) for problem in check(files)] == [
        "shop.yaml, line 1: can't be read: is not UTF-8 text",
        "catalogue.yaml, line 1: can't be read: No such file or directory",
    ]


def test_importing_again_updates_in_place(cafe: Cafe, tmp_path: Path) -> None:
    """A new price reaches the cart that holds the SKU; orders, balances, stock of others and the version stay."""
    cafe.shop.carts.add("anna", "LATTE", 2)
    orders, accounts = cafe.shop.orders.list("anna"), cafe.shop.accounts.list("anna")
    files = edited_files(tmp_path, catalogue=("price: 4.20", "price: 4.70"))
    summary = import_shop(cafe.database, files, cafe.clock)
    assert (summary.is_new, summary.products, summary.variants, summary.customers) == (False, 4, 5, 2)
    assert cafe.shop.carts.get("anna").subtotal == Money(940, "USD")
    assert cafe.shop.orders.list("anna") == orders
    assert cafe.shop.accounts.list("anna") == accounts


def test_a_removed_sku_is_retired_and_can_come_back(cafe: Cafe, tmp_path: Path) -> None:
    """The travel cup goes and comes back: the cart line is the same one, withdrawn in between."""
    cafe.shop.carts.add("anna", "CUP")
    import_shop(cafe.database, edited_files(tmp_path, catalogue=("sku: CUP,", "sku: MUG,")), cafe.clock)
    assert [variant.sku for variant in cafe.shop.catalogue.product("cup").variants] == ["MUG"]
    assert [line.withdrawn for line in cafe.shop.carts.get("anna").lines] == [True]
    import_shop(cafe.database, FILES, cafe.clock)
    assert [(line.id, line.sku, line.withdrawn) for line in cafe.shop.carts.get("anna").lines] == [(1, "CUP", False)]


def test_a_removed_choice_is_withdrawn_from_carts(cafe: Cafe, tmp_path: Path) -> None:
    """No more caramel syrup: the latte that has it stays in the cart at its price, but can't be bought like this."""
    syrup = "      - {key: syrup, name: caramel syrup, price: 0.40}\n"
    before = cafe.shop.carts.add("anna", "LATTE", 1, [ChosenOption("sweetener", "syrup")])
    import_shop(cafe.database, edited_files(tmp_path, catalogue=(syrup, "")), cafe.clock)
    after = cafe.shop.carts.get("anna")
    assert [line.withdrawn for line in after.lines] == [True]
    assert after.subtotal == before.subtotal


def test_a_locked_code_stays_locked_through_an_import(cafe: Cafe) -> None:
    """The same code in the files is no reset; a thief can't be helped by a nightly import."""
    for _ in range(3):
        with pytest.raises(CommerceError):
            cafe.shop.customers.check_code("anna", "0000")
    import_shop(cafe.database, FILES, cafe.clock)
    with pytest.raises(CodeLocked):
        cafe.shop.customers.check_code("anna", "4711")


def test_the_currency_of_a_shop_can_not_change(cafe: Cafe, tmp_path: Path) -> None:
    """Books, carts and orders are in dollars, so euros are refused with the line where they stand."""
    files = edited_files(tmp_path, shop=("currency: USD", "currency: EUR"))
    with pytest.raises(InvalidShopFiles, match=r"shop\.yaml, line 4: currency can't change"):
        import_shop(cafe.database, files, cafe.clock)
    assert cafe.shop.carts.add("anna", "LATTE").subtotal == Money(420, "USD")


def test_days_count_from_the_import(cafe: Cafe) -> None:
    """Placed nine days ago, due in three: as seen from the clock's noon, with a history that fits the status."""
    newest, *_, oldest = cafe.shop.orders.list("anna")
    assert (cafe.clock.now() - oldest.placed_at).days == 9
    assert (newest.number, newest.status) == ("5", OrderStatus.ACCEPTED)
    assert newest.expected_at is not None
    assert (newest.expected_at - cafe.clock.now()).days == 1
    [bill] = cafe.shop.accounts.bills("anna")
    assert ((bill.due - cafe.clock.now().date()).days, bill.amount) == (3, Money(8420, "USD"))


def test_a_shop_can_be_imported_into_an_empty_database(tmp_path: Path, cafe: Cafe) -> None:
    """The first import says that the shop is new, and the database knows it."""
    database = Database.open(f"sqlite:///{tmp_path / 'empty.db'}")
    database.upgrade()
    assert shops(database) == ()
    assert import_shop(database, FILES, cafe.clock).is_new
    assert [shop.key for shop in shops(database)] == ["cafe"]


def test_the_documented_examples_can_be_imported(tmp_path: Path, cafe: Cafe) -> None:
    """The five files on the page about a shop's files are a shop."""
    page = (Path(__file__).parents[2] / "docs" / "shop-files.md").read_text(encoding="utf-8")
    for name, example in zip(
        ("shop", "catalogue", "customers", "promotions", "reviews"),
        re.findall(r"```yaml\n(.*?)```", page, re.S),
        strict=True,
    ):
        (tmp_path / f"{name}.yaml").write_text(example, encoding="utf-8")
    assert check(tmp_path) == []
    assert import_shop(cafe.database, tmp_path, cafe.clock).orders == 1
