"""CancelOrder, ChangeAddress, ReturnItems: what can be done about an order after it was placed. Each after a yes."""

from __future__ import annotations

from collections.abc import Collection

from commerce.errors import (
    CommerceError,
    IllegalTransition,
    ReturnPeriodOver,
    TooEarly,
    TooLate,
    UnitsExceeded,
    UnknownOrder,
)
from commerce.order_items import LineItem, Order
from commerce.order_states import OrderStatus
from commerce.orders import BEFORE_DISPATCH
from skills.contract import Item, Understood
from skills.intents.answer import Answer, Ask, AskYesNo, Slots
from skills.intents.moment import Moment
from skills.intents.slots import items_in, text_in
from skills.languages.saying import AllOf, OrderNumber, Say, say

LOOKED_AT = 10  # orders
SENT = frozenset({OrderStatus.DISPATCHED, OrderStatus.DELIVERED})


def cancel_order(moment: Moment, slots: Slots) -> Answer:
    """Cancel an order that was not sent; without a number, the latest of them."""
    order = _order(moment, slots, BEFORE_DISPATCH)
    if isinstance(order, Say):
        return Answer(says=(order,))
    number = OrderNumber(order.number)
    if order.status not in BEFORE_DISPATCH:
        return Answer(says=(say("after.too_late", number=number, status=say(f"order.state.{order.status.value}")),))
    if "sure" not in slots:
        return Answer(ask=offer_to_cancel(order))
    try:
        moment.shop.orders.cancel(moment.customer, order.number)
    except IllegalTransition:  # it was sent while the shopper thought about it
        return Answer(says=(say("after.sent_meanwhile", number=number),))
    was_paid = any(change.status is OrderStatus.PAID for change in order.history)
    says = say("cancel.done" if was_paid else "cancel.done_unpaid", number=number)
    return Answer(says=(says,), done=(f"order.cancelled {order.number}",))


def offer_to_cancel(order: Order) -> Ask:
    """ "Order four eight one seven for $26.71 isn't sent yet. Shall I cancel it?" """
    yes = Understood("CancelOrder", {"order_number": order.number, "sure": "yes"})
    return Ask(AskYesNo(yes), say("cancel.sure", number=OrderNumber(order.number), total=order.total))


def latest_unsent(moment: Moment) -> Order | None:
    """The latest order that can still be cancelled."""
    return next((order for order in _orders(moment) if order.status in BEFORE_DISPATCH), None)


def change_address(moment: Moment, slots: Slots) -> Answer:
    """Send an order that was not sent yet to another of the customer's addresses."""
    order = _order(moment, slots, BEFORE_DISPATCH)
    if isinstance(order, Say):
        return Answer(says=(order,))
    addresses = {address.key: address for address in moment.shop.customers.get(moment.customer).addresses}
    address = addresses.get(text_in(slots, "address"))
    if address is None:
        return Answer(says=(say("address.unknown"),))
    number = OrderNumber(order.number)
    if order.status in BEFORE_DISPATCH and "sure" not in slots:
        yes = Understood("ChangeAddress", {"order_number": order.number, "address": address.key, "sure": "yes"})
        return Answer(ask=Ask(AskYesNo(yes), say("address.sure", number=number, address=address.one_line)))
    try:
        moment.shop.orders.change_address(moment.customer, order.number, address.key)
    except TooLate:
        return Answer(says=(say("after.sent_meanwhile", number=number),))
    says = say("address.changed", number=number, address=address.one_line)
    return Answer(says=(says,), done=(f"order.readdressed {order.number} {address.key}",))


def return_items(moment: Moment, slots: Slots) -> Answer:
    """Note that goods of an order come back: a product of the latest order that held it, or a whole order."""
    items = items_in(slots)
    if items and "sure" not in slots:
        return _offer_return_of(moment, items[0])
    order = _order(moment, slots, SENT)
    if isinstance(order, Say):
        return Answer(says=(order,))
    lines = [line for line in order.lines if not items or line.sku == items[0].sku]
    if "sure" not in slots:
        return Answer(ask=_offer_return(moment, order, lines, slots))
    units = {line.number: line.quantity for line in lines} if items else None
    try:
        moment.shop.returns.ask(moment.customer, order.number, units)
    except (ReturnPeriodOver, TooEarly, UnitsExceeded) as refusal:
        return Answer(says=(_not_taken_back(order, refusal),))
    says = say("return.noted", number=OrderNumber(order.number), address=moment.shop.info.address)
    return Answer(says=(says,), done=(f"order.returning {order.number}",))


def _offer_return_of(moment: Moment, item: Item) -> Answer:
    for order in _orders(moment):
        lines = [line for line in order.lines if _is_meant(line, item)]
        if lines and order.status in SENT:
            named = Item(lines[0].sku, lines[0].name, products=(lines[0].product_key,))
            return Answer(ask=_offer_return(moment, order, lines[:1], {"product": (named,)}))
    return Answer(says=(say("return.not_bought", name=item.name),))


def _offer_return(moment: Moment, order: Order, lines: Collection[LineItem], slots: Slots) -> Ask:
    goods = AllOf(tuple(moment.goods_of(line) for line in lines))
    yes = Understood("ReturnItems", {**slots, "order_number": order.number, "sure": "yes"})
    return Ask(AskYesNo(yes), say("return.sure", goods=goods, number=OrderNumber(order.number)))


def _is_meant(line: LineItem, item: Item) -> bool:
    return line.sku == item.sku if item.sku else line.product_key in item.products


def _not_taken_back(order: Order, refusal: CommerceError) -> Say:
    number = OrderNumber(order.number)
    if isinstance(refusal, ReturnPeriodOver):
        return say("return.over", number=number)
    return say("return.early" if isinstance(refusal, TooEarly) else "return.already", number=number)


def _order(moment: Moment, slots: Slots, states: Collection[OrderStatus]) -> Order | Say:
    """The order of the number that was said; without one, the latest in one of the states. Else what to say."""
    number = text_in(slots, "order_number")
    if number:
        try:
            return moment.shop.orders.get(moment.customer, number)
        except UnknownOrder:
            return say("order.unknown", number=OrderNumber(number))
    found = next((order for order in _orders(moment) if order.status in states), None)
    return found or say("order.none" if not _orders(moment) else "after.none")


def _orders(moment: Moment) -> tuple[Order, ...]:
    return moment.shop.orders.list(moment.customer, LOOKED_AT)
