"""Selling by voice: offers that end, coupons that do not count, substitutes, and orders after the sale."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path

import pytest

from commerce.order_states import OrderStatus
from commerce.storage.database import Database
from skills.contract import Expectation
from tests.skills.talking import Talk, talk


@pytest.fixture
def home(tmp_path: Path) -> Talk:
    """Anna has 640 points; her code is 4321."""
    return talk("home", "anna", tmp_path)


def change(folder: Path, statement: str) -> None:
    """Change the shop behind the conversation's back."""
    with closing(Database.open(f"sqlite:///{folder / 'shop.db'}")) as database, database.connection() as connection:
        connection.exec_driver_sql(statement)


def said(partner: Talk, *texts: str) -> str:
    """The answer to the last of several sentences."""
    return [partner.says(text).reply.speech for text in texts][-1]


def put_instead(folder: Path, price: int) -> None:
    """The shop takes blueberry yogurt for peach yogurt, which is out and costs 99 cents."""
    change(folder, f"UPDATE variants SET price = {price} WHERE sku = 'BLUEBERRY-YOGURT-6OZ'")
    change(
        folder,
        "INSERT INTO substitutes (variant_id, substitute_id, position) SELECT peach.id, blue.id, 0 "
        "FROM variants peach, variants blue WHERE peach.sku = 'PEACH-YOGURT-6OZ' AND blue.sku = 'BLUEBERRY-YOGURT-6OZ'",
    )


@pytest.mark.parametrize(
    ("price", "told"), [(119, "is twenty cents more"), (89, "is ten cents less"), (99, "costs the same")]
)
def test_the_shops_own_substitute_is_offered_with_what_it_costs_more(
    home: Talk, tmp_path: Path, price: int, told: str
) -> None:
    """Dearer, cheaper or at the same price; a yes takes it."""
    put_instead(tmp_path, price)
    reply = home.says("add a peach yogurt").reply
    assert told in reply.speech
    assert reply.expects is Expectation.YES_OR_NO
    assert home.says("yes").reply.done == ("cart.added BLUEBERRY-YOGURT-6OZ x1",)


def test_the_difference_is_of_all_units(home: Talk, tmp_path: Path) -> None:
    """Three yogurts at twenty cents more are sixty cents."""
    put_instead(tmp_path, 119)
    assert "is sixty cents more" in said(home, "add three peach yogurts")


def test_a_substitute_that_is_out_too_is_not_offered(home: Talk, tmp_path: Path) -> None:
    """Then there is the next best guess, or none."""
    put_instead(tmp_path, 119)
    home.shop.catalogue.set_stock("BLUEBERRY-YOGURT-6OZ", 0)
    assert "cents more" not in said(home, "add a peach yogurt")


def test_an_offer_that_somebody_else_used_up_buys_nothing_at_another_price(home: Talk, tmp_path: Path) -> None:
    """The coupon's last use goes to ben while anna thinks: her yes hears the new total and must be said again."""
    change(tmp_path, "UPDATE promotions SET uses = 1, minimum = 0 WHERE code = 'SAVETEN'")
    quoted = said(home, "add a loaf of rye bread", "use coupon save ten", "check out", "yes")
    assert quoted == "Please say your code."
    home.shop.carts.add("ben", "RYE-BREAD-16OZ")
    home.shop.promotions.use_coupon("ben", "SAVETEN")
    quote = home.shop.checkout.quote("ben")
    home.shop.checkout.confirm("ben", quote.id, quote.digest, "ben", "7788")
    before = len(home.shop.orders.list("anna", 1000))

    reply = home.says("four three two one").reply
    assert "has just been used up" in reply.speech
    assert "Save ten" not in reply.speech.partition("Here is the total")[2]
    assert reply.expects is Expectation.CONFIRM_QUOTE
    assert len(home.shop.orders.list("anna", 1000)) == before


@pytest.mark.parametrize(
    ("statement", "told"),
    [
        ("UPDATE promotions SET ends = '2026-11-01 00:00:00' WHERE code = 'SAVETEN'", "That coupon is over."),
        ("UPDATE promotions SET starts = '2026-12-01 00:00:00' WHERE code = 'SAVETEN'", "doesn't count yet"),
        ("UPDATE promotions SET uses = 3, used = 3 WHERE code = 'SAVETEN'", "That coupon is used up."),
    ],
)
def test_a_coupon_that_does_not_count_says_why(home: Talk, tmp_path: Path, statement: str, told: str) -> None:
    """Nothing is put into the cart."""
    change(tmp_path, statement)
    reply = home.says("use coupon save ten").reply
    assert told in reply.speech
    assert reply.done == ()


def test_a_coupon_counts_once_for_each_shopper(home: Talk, tmp_path: Path) -> None:
    """The second time anna hears that she has used it."""
    change(tmp_path, "UPDATE promotions SET minimum = 0 WHERE code = 'SAVETEN'")
    said(home, "add a loaf of rye bread", "use coupon save ten", "check out", "yes", "four three two one")
    assert said(home, "use coupon save ten") == "You have used that coupon already."


def test_a_shop_without_points_says_so(tmp_path: Path) -> None:
    """Neither counted nor used."""
    pizza = talk("pizza", "anna", tmp_path)
    assert said(pizza, "how many points do i have") == "There are no points to use."
    assert said(pizza, "any offers today") == "There are no offers today."


def test_what_runs_low_is_offered_as_it_was_bought(tmp_path: Path) -> None:
    """Carla changes her toothbrush heads every three months; a yes adds them, and then there is nothing more."""
    home = talk("home", "carla", tmp_path)
    reply = home.says("what am i running out of").reply
    assert "toothbrush heads" in reply.speech
    assert home.says("yes").reply.done == ("cart.added SOFT-TOOTHBRUSH-HEADS-2PK x1",)
    assert said(home, "what am i running out of") == "As far as I can tell, you aren't running out of anything."


def test_an_order_to_be_paid_at_the_door_is_cancelled_without_a_word_of_money(home: Talk) -> None:
    """Nothing was paid, so nothing goes back."""
    home.shop.carts.add("anna", "RYE-BREAD-16OZ")
    quote = home.shop.checkout.quote("anna", "delivery")
    order = home.shop.checkout.confirm("anna", quote.id, quote.digest, "door", "4321").order
    assert "Shall I cancel it?" in said(home, "cancel my order")
    assert "Nothing was paid" in said(home, "yes")
    assert home.shop.orders.get("anna", order.number).status.value == "cancelled"


def test_an_order_that_was_sent_can_not_be_cancelled(home: Talk) -> None:
    """It is named with where it is; an order of somebody else's is unknown."""
    assert "it can't be cancelled any more" in said(home, "cancel order two oh seven two three")
    theirs = home.shop.orders.latest("ben")
    assert "can't find an order" in said(home, f"cancel order {' '.join(theirs.number)}")


def test_a_no_leaves_the_order_as_it_is(home: Talk) -> None:
    """Neither cancelled, nor sent elsewhere, nor sent back."""
    home.shop.carts.add("anna", "RYE-BREAD-16OZ")
    quote = home.shop.checkout.quote("anna")
    order = home.shop.checkout.confirm("anna", quote.id, quote.digest, "yes", "4321").order
    for asked in ("cancel my last order", "send my order to the office", "return my last order"):
        assert home.says(asked).reply.expects is Expectation.YES_OR_NO
        assert home.says("no").reply.done == ()
    after = home.shop.orders.get("anna", order.number)
    assert (after.status, after.address) == (order.status, order.address)


def test_goods_go_back_within_fourteen_days(home: Talk) -> None:
    """Three weeks after the delivery it is too late."""
    home.shop.orders.advance("20723", OrderStatus.DELIVERED)
    home.clock.advance(days=21)
    assert "are over" in said(home, "return the whole milk", "yes")


def test_what_was_bought_once_and_is_called_by_its_name_is_not_asked_about(tmp_path: Path) -> None:
    """Organic bananas are bananas, too. Carla has bought neither, then the plain ones: nobody asks, as before."""
    carla = talk("home", "carla", tmp_path)
    assert carla.says("add bananas").reply.done == ("cart.added BANANAS-BUNCH x1",)
    said(carla, "check out", "yes")
    assert carla.says("add bananas").reply.done == ("cart.added BANANAS-BUNCH x1",)


def test_what_was_bought_once_under_another_name_is_asked_about(tmp_path: Path) -> None:
    """She has bought the organic ones: "bananas" may be those again."""
    carla = talk("home", "carla", tmp_path)
    said(carla, "add organic bananas", "check out", "yes")
    assert "organic bananas?" in carla.says("add bananas").reply.speech
    assert carla.says("yes").reply.done == ("cart.added ORGANIC-BANANAS-BUNCH x1",)
