"""Promotions, coupons and points in real orders: what is read out is what is paid, and it is used once."""

from __future__ import annotations

import pytest

from commerce.checkout import PaymentOutcome, Purchase
from commerce.errors import (
    CouponRefused,
    NoPoints,
    PointsGone,
    PromotionGone,
    QuoteNotLive,
    UnknownCustomer,
)
from commerce.importing import import_shop
from commerce.order_states import OrderStatus
from commerce.quotes import digest_of
from commerce.storage.order_tables import QuoteRow
from tests.commerce.at_once import all_at_once
from tests.commerce.corner import FILES, Corner, dollars
from tests.commerce.places import Place
from tests.commerce.promotions_shop import files_with, open_with, promotion, promotions_file

FEE = 390


@pytest.fixture
def corner(place: Place) -> Corner:
    return open_with(place)


def with_coupon(corner: Corner, customer: str = "ben", code: str = "TWOOFF", **units: int) -> None:
    corner.fill(customer, **(units or {"MILK": 1}))
    corner.shop.promotions.use_coupon(customer, code)


def deliver(corner: Corner, number: str) -> None:
    corner.shop.orders.advance(number, OrderStatus.DISPATCHED)
    corner.shop.orders.advance(number, OrderStatus.DELIVERED)


@pytest.mark.parametrize(
    ("code", "units", "taken"),
    [
        ("TENTH", {"MILK": 3, "LATTE": 1}, 75),  # of 7.47
        ("EACH", {"MILK": 3, "LATTE": 1}, 150),
        ("FIVE", {"MILK": 3}, 500),
        ("HUNDRED", {"MILK": 1}, 249),  # never more than there is
        ("THREE", {"MILK": 7}, 498),
        ("BREAKFAST", {"MILK": 2, "LATTE": 1}, 144),
        ("FROM748", {"MILK": 3}, 0),
        ("FROM747", {"MILK": 3}, 374),
    ],
)
def test_every_kind_comes_off_the_total_that_is_charged(
    corner: Corner, code: str, units: dict[str, int], taken: int
) -> None:
    """Cart, quote, charge, order and books agree on what each kind of promotion takes off."""
    with_coupon(corner, code=code, **units)
    cart = corner.shop.carts.get("ben")
    quote = corner.shop.checkout.quote("ben")
    order = corner.shop.checkout.confirm("ben", quote.id, quote.digest, "yes").order

    assert sum(each.amount.amount for each in cart.discounts) == taken
    assert quote.discounts == cart.discounts == order.discounts
    assert order.total == quote.total == cart.goods_total + dollars(FEE) + quote.tax
    assert sum(line.discount.amount for line in order.lines) == taken
    assert [charge.amount for charge in corner.gateway.charges()] == [order.total]
    assert corner.audit().sound


def test_tax_is_on_what_is_paid(corner: Corner) -> None:
    """A tenth off wine at 45 dollars: 19 percent of 40.50, half a cent rounded up."""
    with_coupon(corner, code="WINE", WINE=1)
    quote = corner.shop.checkout.quote("ben")
    assert (quote.tax, quote.total) == (dollars(770), dollars(4050 + 770))


def test_delivery_is_free_from_what_is_paid(corner: Corner) -> None:
    """Wine at 45 dollars is delivered for nothing; with 50.01 to 39.99 dollars left to pay it is not."""
    with_coupon(corner, code="WINE", WINE=1)
    assert corner.shop.checkout.quote("ben").delivery == dollars(0)
    corner.shop.promotions.use_coupon("ben", "HUNDRED")
    assert corner.shop.checkout.quote("ben").delivery == dollars(FEE)


def test_a_promotion_counts_from_its_first_moment_to_before_its_last(place: Place) -> None:
    """From tomorrow for one day: not a moment before, not a moment after."""
    corner = open_with(place, promotion("amount", amount=1, starts="+1d", ends="+2d"))
    corner.fill(MILK=1)
    seen = []
    for wait in ({"hours": 23, "minutes": 59}, {"minutes": 1}, {"hours": 23, "minutes": 59}, {"minutes": 1}):
        corner.clock.advance(**wait)
        seen.append(bool(corner.shop.carts.get("ben").discounts))
    assert seen == [False, True, True, False]


def test_what_was_read_out_holds_though_the_promotion_ends(corner: Corner) -> None:
    """It ends between the quote and the yes: the yes buys at the price that was said; the next quote is dearer."""
    with_coupon(corner, code="FLASH")
    quote = corner.shop.checkout.quote("ben")
    corner.clock.advance(minutes=3)
    bought = corner.shop.checkout.confirm("ben", quote.id, quote.digest, "yes").order
    corner.fill(MILK=1)
    assert bought.total == dollars(249 - 100 + FEE)
    assert corner.shop.checkout.quote("ben").total == dollars(249 + FEE)


def test_a_coupon_counts_once_it_is_asked_for(corner: Corner) -> None:
    """Nothing comes off by itself, the code's capitals don't matter, and in carla's cart it is of no use to ben."""
    corner.fill("ben", MILK=1)
    with_coupon(corner, "carla")
    assert corner.shop.carts.get("ben").discounts == ()
    assert [each.name for each in corner.shop.carts.get("carla").discounts] == ["Two dollars off"]
    assert corner.shop.promotions.offers("ben") == ()
    assert corner.shop.promotions.use_coupon("ben", " twooff ").goods_total == dollars(49)
    assert corner.shop.promotions.drop_coupon("ben").goods_total == dollars(249)


def test_the_second_coupon_takes_the_place_of_the_first(corner: Corner) -> None:
    """There is one coupon in a cart: the one that was named last."""
    with_coupon(corner)
    cart = corner.shop.promotions.use_coupon("ben", "round0")
    assert [(each.key, each.amount) for each in cart.discounts] == [("round-0", dollars(100))]


def test_a_coupon_that_does_not_count_says_why(corner: Corner) -> None:
    """Unknown, too early, over, used up, used by this customer."""
    with_coupon(corner, code="ONCE")
    corner.buy()
    why = {}
    for code in ("NONE", "EARLY", "OVER", "GONE", "ONCE"):
        with pytest.raises(CouponRefused) as refused:
            corner.shop.promotions.use_coupon("ben", code)
        why[code] = refused.value.why
    assert why == {"NONE": "unknown", "EARLY": "early", "OVER": "over", "GONE": "used_up", "ONCE": "used_up"}
    with pytest.raises(UnknownCustomer):
        corner.shop.promotions.use_coupon("dora", "ONCE")


def test_using_a_coupon_ends_the_quote(corner: Corner) -> None:
    """A yes to the dearer total must not buy anything at another price, not even at a lower one."""
    corner.fill(MILK=1)
    quote = corner.shop.checkout.quote("ben")
    corner.shop.promotions.use_coupon("ben", "TWOOFF")
    with pytest.raises(QuoteNotLive) as refused:
        corner.shop.checkout.confirm("ben", quote.id, quote.digest, "yes")
    assert refused.value.why == "changed"


def test_the_digest_covers_the_discounts(corner: Corner) -> None:
    """Another name or amount of what comes off, and the digest no longer fits; as it is stored, it does."""
    with_coupon(corner)
    quote = corner.shop.checkout.quote("ben")
    with corner.database.reading() as session:
        content = session.query(QuoteRow).filter_by(id=quote.id).one().content
    (stored,) = content["discounts"]
    assert digest_of(content) == quote.digest
    for changed in ({"name": "One dollar off"}, {"amount": 100}, {"key": "one-off"}):
        assert digest_of({**content, "discounts": [{**stored, **changed}]}) != quote.digest


def test_two_carts_race_for_the_last_use_of_a_coupon(corner: Corner) -> None:
    """Both totals were read out with it; the second yes buys nothing, and the next total is without it."""
    quotes = {}
    for customer in ("ben", "carla"):
        with_coupon(corner, customer, "LAST")
        quotes[customer] = corner.shop.checkout.quote(customer, "amex" if customer == "carla" else None)
    first = corner.shop.checkout.confirm("ben", quotes["ben"].id, quotes["ben"].digest, "ben")
    with pytest.raises(PromotionGone):
        corner.shop.checkout.confirm("carla", quotes["carla"].id, quotes["carla"].digest, "carla")

    assert first.order.discounts[0].amount == dollars(200)
    assert corner.stock("MILK") == 39
    assert len(corner.gateway.charges()) == 1
    assert corner.shop.checkout.quote("carla", "amex").total == dollars(249 + FEE)
    assert corner.audit().sound


def test_parallel_yeses_use_a_coupon_as_often_as_it_can_be(corner: Corner) -> None:
    """Ben and carla say yes at the same moment, again and again while one use is left: one order each time."""
    for round_ in range(4):
        quotes = {}
        for customer in ("ben", "carla"):
            corner.shop.carts.clear(customer)
            corner.fill(customer, MILK=1)
            corner.shop.promotions.use_coupon(customer, f"ROUND{round_}")
            quotes[customer] = corner.shop.checkout.quote(customer, "delivery")

        def confirm(index: int, quotes: dict = quotes) -> Purchase:  # type: ignore[type-arg]
            customer = ("ben", "carla")[index]
            quote = quotes[customer]
            return corner.shop.checkout.confirm(customer, quote.id, quote.digest, quote.id)

        answers = all_at_once(confirm, 2)
        assert sum(isinstance(answer, Purchase) for answer in answers) == 1
        assert PromotionGone in answers
        assert corner.stock("MILK") == 40 - round_ - 1
    assert corner.audit().sound


def test_a_use_comes_back_with_a_cancelled_order(corner: Corner) -> None:
    """Once in all and once a customer: after the order is cancelled, ben can use it again."""
    with_coupon(corner, code="ONCE")
    order = corner.buy().order
    corner.shop.orders.cancel("ben", order.number)
    with_coupon(corner, code="ONCE")
    assert corner.buy().order.discounts[0].key == "two-off-each"
    with pytest.raises(CouponRefused):
        corner.shop.promotions.use_coupon("ben", "ONCE")
    assert corner.audit().sound


def test_a_declined_order_leaves_its_coupon_in_the_cart(corner: Corner) -> None:
    """Carla's visa is declined: the cart is back with its coupon, and the amex pays the same total."""
    with_coupon(corner, "carla", "LAST")
    declined = corner.buy("carla", "visa")
    paid = corner.buy("carla", "amex")
    assert (declined.payment, paid.payment) == (PaymentOutcome.DECLINED, PaymentOutcome.PAID)
    assert declined.order.total == paid.order.total == dollars(49 + FEE)
    assert corner.audit().sound


def test_a_cart_that_was_bought_leaves_no_coupon_behind(corner: Corner) -> None:
    """The next cart starts without it."""
    with_coupon(corner)
    corner.buy()
    corner.fill(MILK=1)
    assert corner.shop.carts.get("ben").discounts == ()


def test_parts_of_a_reduced_order_that_come_back_add_up(corner: Corner) -> None:
    """Seven for the price of five, sent back one by one: what was paid for them, to the cent, and no cent more."""
    with_coupon(corner, code="THREE", MILK=7)
    order = corner.buy().order
    deliver(corner, order.number)
    for _ in range(7):
        asked = corner.shop.returns.ask("ben", order.number, {order.lines[0].number: 1})
        corner.shop.returns.receive(order.number, asked.id)
    (charge,) = corner.gateway.charges()
    assert charge.amount == dollars(5 * 249 + FEE)
    assert charge.refunded == charge.amount.amount
    assert corner.stock("MILK") == 40
    assert corner.audit().sound


def test_points_are_earned_when_the_goods_are_paid(corner: Corner) -> None:
    """A whole dollar of goods earns one; delivery and tax earn none; an order that is paid at the door waits."""
    corner.fill(MILK=3)
    corner.buy(pay_with="delivery")
    at_the_door = corner.shop.orders.latest("ben")
    assert corner.shop.promotions.points("ben").balance == 0
    for status in (OrderStatus.ACCEPTED, OrderStatus.DISPATCHED, OrderStatus.DELIVERED):
        corner.shop.orders.advance(at_the_door.number, status)
    corner.fill(MILK=1)
    corner.buy()
    told = corner.shop.promotions.points("ben")
    assert (told.name, told.balance, told.worth) == ("Corner points", 7 + 2, dollars(45))
    assert corner.audit().sound


def test_points_pay_for_goods_as_far_as_they_go(corner: Corner) -> None:
    """Ten points are fifty cents; they are gone afterwards, and what they paid for earns nothing."""
    corner.shop.promotions.grant("ben", 10, "welcome")
    corner.shop.promotions.grant("ben", 10, "welcome")
    corner.fill(MILK=1)
    cart = corner.shop.promotions.use_points("ben")
    order = corner.buy().order
    assert cart.goods_total == dollars(249 - 50)
    assert [(each.name, each.points, each.amount) for each in order.discounts] == [("Corner points", 10, dollars(50))]
    assert order.total == dollars(199 + FEE)
    assert corner.shop.promotions.points("ben").balance == 1
    assert corner.audit().sound


def test_points_go_back_and_forth_with_a_cancelled_order(corner: Corner) -> None:
    """Those that paid come back, those that were earned go: as if nothing had happened."""
    corner.shop.promotions.grant("ben", 10, "welcome")
    corner.fill(WINE=1)
    corner.shop.promotions.use_points("ben")
    order = corner.buy().order
    assert corner.shop.promotions.points("ben").balance == 44
    corner.shop.orders.cancel("ben", order.number)
    assert corner.shop.promotions.points("ben").balance == 10
    assert corner.audit().sound


def test_goods_that_come_back_bring_their_share_of_points(corner: Corner) -> None:
    """Half of the milk comes back, then the rest: ten points were used and four earned; all even in the end."""
    corner.shop.promotions.grant("ben", 10, "welcome")
    corner.fill(MILK=2)
    corner.shop.promotions.use_points("ben")
    order = corner.buy().order
    deliver(corner, order.number)
    balances = [corner.shop.promotions.points("ben").balance]
    for _ in range(2):
        asked = corner.shop.returns.ask("ben", order.number, {order.lines[0].number: 1})
        corner.shop.returns.receive(order.number, asked.id)
        balances.append(corner.shop.promotions.points("ben").balance)
    assert balances == [4, 4 + 5 - 2, 10]
    assert corner.audit().sound


def test_earned_points_that_are_spent_are_not_asked_back(corner: Corner) -> None:
    """Wine earns 45 points, which pay for milk; the wine comes back: the account stops at nothing."""
    corner.fill(WINE=1)
    wine = corner.buy().order
    deliver(corner, wine.number)
    corner.fill(MILK=2)
    corner.shop.promotions.use_points("ben")
    corner.buy()
    left = corner.shop.promotions.points("ben").balance
    asked = corner.shop.returns.ask("ben", wine.number)
    corner.shop.returns.receive(wine.number, asked.id)
    assert left < 45
    assert corner.shop.promotions.points("ben").balance == 0
    assert corner.audit().sound


def test_points_that_are_gone_by_the_yes_buy_nothing(corner: Corner) -> None:
    """While ben thinks about the total, the merchant takes the wine back whose points were to pay: no order."""
    corner.fill(WINE=1)
    wine = corner.buy().order
    deliver(corner, wine.number)
    asked = corner.shop.returns.ask("ben", wine.number)
    corner.fill(MILK=1)
    corner.shop.promotions.use_points("ben")
    quote = corner.shop.checkout.quote("ben")
    corner.shop.returns.receive(wine.number, asked.id)
    with pytest.raises(PointsGone):
        corner.shop.checkout.confirm("ben", quote.id, quote.digest, "yes")
    assert corner.shop.checkout.quote("ben").total == dollars(249 + FEE)
    assert corner.stock("MILK") == 40
    assert corner.audit().sound


def test_without_points_there_is_nothing_to_use(corner: Corner) -> None:
    """A customer without any, and a shop without points."""
    with pytest.raises(NoPoints):
        corner.shop.promotions.use_points("ben")
    import_shop(corner.database, FILES, corner.clock)
    with pytest.raises(NoPoints):
        corner.shop.promotions.points("ben")


def test_an_order_that_costs_nothing_asks_nobody_for_money(place: Place) -> None:
    """A coupon takes all of it off where delivery is free: paid at once, no charge; a return gives no money back."""
    corner = open_with(place, delivery={"fee": 0, "days": 2})
    with_coupon(corner, code="ALL")
    bought = corner.buy()
    deliver(corner, bought.order.number)
    asked = corner.shop.returns.ask("ben", bought.order.number)
    corner.shop.returns.receive(bought.order.number, asked.id)
    assert (bought.payment, bought.order.total) == (PaymentOutcome.PAID, dollars(0))
    assert corner.gateway.charges() == ()
    assert corner.stock("MILK") == 40
    assert corner.audit().sound


def test_an_import_in_between_leaves_uses_and_quotes_alone(corner: Corner) -> None:
    """The shop changes its promotions while ben thinks: he pays what he heard, and a use that was counted stays so."""
    with_coupon(corner)
    corner.buy()
    with_coupon(corner)
    quote = corner.shop.checkout.quote("ben")
    other = promotion("percent", key="other", code="TWOOFF", percent=0.5)
    import_shop(corner.database, files_with(promotions_file(other)), corner.clock)
    order = corner.shop.checkout.confirm("ben", quote.id, quote.digest, "yes").order
    assert order.discounts == quote.discounts

    fewer = promotion("amount", key="two-off", code="TWOOFF", amount=2, uses=1)
    import_shop(corner.database, files_with(promotions_file(fewer)), corner.clock)
    corner.fill(MILK=1)
    with pytest.raises(CouponRefused) as refused:
        corner.shop.promotions.use_coupon("ben", "TWOOFF")
    assert refused.value.why == "used_up"
