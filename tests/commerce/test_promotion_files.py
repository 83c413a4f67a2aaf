"""promotions.yaml and reviews.yaml: what is wrong is named, and an export makes the same promotions again."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from commerce.importing import check, export_shop, import_shop, sample_folders
from commerce.order_states import OrderStatus
from commerce.payments.trial_gateway import TrialGateway
from commerce.shop import Shop
from commerce.storage.database import Database
from tests.commerce.corner import FILES, Corner, open_corner
from tests.commerce.places import Place
from tests.commerce.promotions_shop import COUPONS, files_with, open_with, promotion, promotions_file

MISTAKES = [
    (promotion("percent"), "percent is missing from a promotion of kind percent"),
    (promotion("percent", percent=0), "percent should be greater than 0"),
    (promotion("percent", percent=1.1), "percent should be less than or equal to 1"),
    (promotion("percent", percent=0.1, amount=2), "amount is of no use to a promotion of kind percent"),
    (promotion("amount", amount=2.005), "amount 2.005 has more decimals than USD has"),
    (promotion("multi_buy", buy=3, pay=3, products=["milk"]), "pay should be less than 3"),
    (promotion("multi_buy", buy=3, pay=2), "products or categories should be named"),
    (promotion("bundle", price=5, products=["milk"]), "products should be two or more"),
    (promotion("bundle", price=5, products=["milk", "jam"]), "products[1] there is no product 'jam'"),
    (promotion("amount", amount=1, categories=["Jam"]), "categories[0] no product is of the category 'Jam'"),
    (promotion("amount", amount=1, spoken=["one"]), "spoken is how a code is said, and there is none"),
    (promotion("amount", amount=1, ends="Christmas"), "ends should be a day such as"),
    (promotion("amount", amount=1, uses=2, used=3), "used can't be more than 2"),
    (promotion("amount", key="points", amount=1), "key can't be 'points'"),
    (promotion("gift"), "kind should be 'percent', 'amount', 'multi_buy' or 'bundle'"),
]


@pytest.mark.parametrize(("wrong", "expected"), MISTAKES)
def test_mistakes_are_named_by_file_line_and_field(wrong: dict[str, object], expected: str) -> None:
    """One wrong promotion after a right one: file, line and field of it."""
    right = promotion("amount", key="right", code="RIGHT", amount=1)
    (problem,) = check(files_with(promotions_file(right, wrong)))
    assert problem.file == "promotions.yaml"
    assert problem.line > 8
    assert f"promotions[1].{expected}" in str(problem)


def test_two_coupons_can_not_share_a_code() -> None:
    """Capitals don't make a difference to who says it."""
    same = [promotion("amount", key=key, code=code, amount=1) for key, code in (("one", "TEN"), ("two", "Ten"))]
    (problem,) = check(files_with(promotions_file(*same)))
    assert "promotions[1].code is the code of 'one' too" in str(problem)


def test_reviews_are_of_products_that_there_are(tmp_path: Path) -> None:
    """Six stars, and a product that is not sold."""
    for name in ("shop", "catalogue"):
        (tmp_path / f"{name}.yaml").write_text((FILES / f"{name}.yaml").read_text(encoding="utf-8"), encoding="utf-8")
    wrong = "reviews:\n  - {product: jam, stars: 5, day: -3d}\n"
    (tmp_path / "reviews.yaml").write_text(wrong, encoding="utf-8")
    assert [str(problem) for problem in check(tmp_path)] == [
        "reviews.yaml, line 2: reviews[0].product there is no product 'jam'"
    ]
    (tmp_path / "reviews.yaml").write_text(wrong.replace("jam, stars: 5", "milk, stars: 6"), encoding="utf-8")
    assert "reviews[0].stars should be less than or equal to 5" in str(check(tmp_path)[0])


def used(place: Place) -> Corner:
    """A shop in which ben has bought with a coupon and with points, wished for wine and kept some points."""
    corner = open_with(place)
    corner.shop.promotions.grant("ben", 10, "welcome")
    corner.fill(MILK=3, LATTE=1)
    corner.shop.promotions.use_coupon("ben", "TENTH")
    corner.shop.promotions.use_points("ben")
    number = corner.buy().order.number
    for status in (OrderStatus.DISPATCHED, OrderStatus.DELIVERED):
        corner.shop.orders.advance(number, status)
    corner.shop.wishes.add("ben", "WINE")
    return corner


def test_an_export_makes_the_same_promotions_again(tmp_path: Path) -> None:
    """Every coupon with its uses, points, wishes, and an order to the cent with what came off it."""
    corner = used(Place(tmp_path))
    export_shop(corner.database, "corner", tmp_path / "first", corner.clock)
    assert check(tmp_path / "first") == []
    elsewhere = Database.open(f"sqlite:///{tmp_path / 'elsewhere.db'}")
    elsewhere.upgrade()
    import_shop(elsewhere, tmp_path / "first", corner.clock)
    twin = Shop.open(elsewhere, "corner", corner.clock, TrialGateway())

    coupons = {each.key: (each.used, each.starts, each.ends) for each in twin.promotions.coupons()}
    assert coupons == {each.key: (each.used, each.starts, each.ends) for each in corner.shop.promotions.coupons()}
    assert coupons["a-tenth-off-milk"][0] == 1
    assert twin.promotions.points("ben") == corner.shop.promotions.points("ben")
    assert [wish.sku for wish in twin.wishes.list("ben")] == ["WINE"]
    before, after = corner.shop.orders.latest("ben"), twin.orders.latest("ben")
    assert (after.discounts, after.total, [line.total for line in after.lines]) == (
        before.discounts,
        before.total,
        [line.total for line in before.lines],
    )
    export_shop(elsewhere, "corner", tmp_path / "second", corner.clock)
    for file in (tmp_path / "first").iterdir():
        assert (tmp_path / "second" / file.name).read_text(encoding="utf-8") == file.read_text(encoding="utf-8")


def test_what_lines_leave_out_must_be_told(tmp_path: Path) -> None:
    """An order whose lines cost less than its discounts say is a mistake, not a guess."""
    corner = used(Place(tmp_path))
    export_shop(corner.database, "corner", tmp_path / "out", corner.clock)
    path = tmp_path / "out" / "customers.yaml"
    content = yaml.safe_load(path.read_text(encoding="utf-8"))
    ben = next(customer for customer in content["customers"] if customer["key"] == "ben")
    ben["orders"][-1]["discounts"].pop()
    path.write_text(yaml.safe_dump(content), encoding="utf-8")
    (problem,) = check(tmp_path / "out")
    assert "discounts add up to 0.75, but 1.25 is missing from the lines" in str(problem)


def test_importing_again_leaves_points_and_uses_alone(place: Place) -> None:
    """The file says ten points and no uses; ben has others by now, and keeps them."""
    corner = used(place)
    points = corner.shop.promotions.points("ben")
    import_shop(corner.database, files_with(promotions_file(*COUPONS)), corner.clock)
    assert corner.shop.promotions.points("ben") == points
    assert next(each for each in corner.shop.promotions.coupons() if each.key == "a-tenth-off-milk").used == 1


def test_a_promotion_that_is_gone_is_retired(place: Place) -> None:
    """Without the file there are no promotions any more; the order that one was part of still tells."""
    corner = used(place)
    import_shop(corner.database, FILES, corner.clock)
    assert corner.shop.promotions.coupons() == ()
    assert corner.shop.orders.latest("ben").discounts[0].key == "a-tenth-off-milk"
    assert corner.audit().sound


def test_the_samples_have_offers_coupons_and_points(tmp_path: Path) -> None:
    """The sample shops show what there is: every kind of promotion, a coupon that can be said, points to spend."""
    folders = {folder.name: folder for folder in sample_folders()}
    database = Database.open(f"sqlite:///{tmp_path / 'samples.db'}")
    database.upgrade()
    clock = open_corner(tmp_path).clock
    kinds = set()
    for key in ("home", "coffee"):
        import_shop(database, folders[key], clock)
        shop = Shop.open(database, key, clock, TrialGateway())
        found = (*shop.promotions.offers("anna"), *shop.promotions.coupons())
        kinds |= {each.kind.value for each in found}
        assert all(each.spoken for each in found if each.code)
        assert shop.promotions.points("anna").balance > 0
        export_shop(database, key, tmp_path / key, clock)
        assert check(tmp_path / key) == []
    assert kinds == {"percent", "amount", "multi_buy", "bundle"}
