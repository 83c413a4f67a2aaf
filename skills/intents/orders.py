"""OrderStatus, ListOrders, Reorder: what was bought before."""

from __future__ import annotations

from commerce.errors import UnknownOrder
from commerce.order_items import LineItem, Order, OrderKind
from commerce.order_states import OrderStatus
from skills.contract import Item, OptionValue, Understood
from skills.intents.adding import add_to_cart
from skills.intents.answer import Answer, Ask, AskYesNo, Slots
from skills.intents.moment import Moment
from skills.intents.slots import items_in, text_in
from skills.languages.saying import AllOf, Goods, OrderNumber, Say, say

LISTED = 3
NAMED_LINES = 3
_ON_ITS_WAY = (OrderStatus.PLACED, OrderStatus.PAID, OrderStatus.ACCEPTED, OrderStatus.DISPATCHED)


def order_status(moment: Moment, slots: Slots) -> Answer:
    """Where an order is and when it will arrive; without a number, the latest one."""
    number = text_in(slots, "order_number")
    if number:
        try:
            order = moment.shop.orders.get(moment.customer, number)
        except UnknownOrder:
            return Answer(says=(say("order.unknown", number=OrderNumber(number)),))
        return Answer(says=(_status(order),))
    orders = _of_goods(moment)
    if not orders:
        return Answer(says=(say("order.none"),))
    under_way = [order for order in orders if order.status in _ON_ITS_WAY]
    if len(under_way) > 1:
        says = [_status(order) for order in under_way[:LISTED]]
        return Answer(says=(say("order.several", count=len(under_way)), *says))
    return Answer(says=(_status(under_way[0] if under_way else orders[0]),))


def list_orders(moment: Moment, _slots: Slots) -> Answer:
    """The latest orders, each in a few words."""
    orders = _of_goods(moment)[:LISTED]
    if not orders:
        return Answer(says=(say("order.none"),))
    told = [
        say(
            "order.brief",
            number=OrderNumber(order.number),
            day=order.placed_at.date(),
            total=order.total,
            status=say(f"order.state.{order.status.value}"),
        )
        for order in orders
    ]
    return Answer(says=(say("order.list", count=len(told)), *told))


def reorder(moment: Moment, slots: Slots) -> Answer:
    """A product that is bought often goes into the cart at once; a whole order after a yes."""
    items = items_in(slots)
    if items:
        return add_to_cart(moment, {"items": items})
    number = text_in(slots, "order_number")
    try:
        lines = moment.shop.orders.reorder_lines(moment.customer, number or None)
    except UnknownOrder:
        if not number:
            return Answer(says=(say("order.none"),))
        return Answer(says=(say("order.unknown", number=OrderNumber(number)),))
    sold = [line for line in lines if line.still_sold]
    if not sold:
        return Answer(says=(say("reorder.nothing_left"),))
    if "sure" not in slots:
        named = [moment.goods_of(line.item) for line in sold]
        yes = Understood("Reorder", {**slots, "sure": "yes"})
        return Answer(ask=Ask(AskYesNo(yes), say("reorder.offer", goods=_some(named))))
    return add_to_cart(moment, {"items": tuple(_item(line.item) for line in sold)})


def _of_goods(moment: Moment) -> list[Order]:
    return [order for order in moment.shop.orders.list(moment.customer, limit=10) if order.kind is OrderKind.GOODS]


def _status(order: Order) -> Say:
    number = OrderNumber(order.number)
    if order.status is OrderStatus.DELIVERED:
        return say("order.delivered", number=number, day=order.history[-1].at.date())
    if order.status in _ON_ITS_WAY and order.expected_at is not None:
        return say(f"order.{order.status.value}", number=number, day=order.expected_at)
    return say("order.is", number=number, status=say(f"order.state.{order.status.value}"))


def _item(line: LineItem) -> Item:
    options = tuple(OptionValue(option.group, option.value, option.amount, option.spoken) for option in line.options)
    return Item(line.sku, line.name, line.quantity, options, (line.product_key,))


def _some(goods: list[Goods]) -> AllOf | Say:
    """The first few of many."""
    if len(goods) <= NAMED_LINES + 1:
        return AllOf(tuple(goods))
    return say("reorder.and_more", goods=AllOf(tuple(goods[:NAMED_LINES])), count=len(goods) - NAMED_LINES)
