"""RemoveFromCart, ChangeQuantity, ReadCart, ClearCart, Undo: what lies in the cart."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from commerce.cart import Cart, CartLine, LineOption
from commerce.cart_items import NOT_ANY
from commerce.errors import InsufficientStock, NothingToUndo
from skills.contract import Choice, Item, OptionValue, SlotValue, Understood
from skills.intents.answer import Answer, Ask, AskChoice, AskSlot, AskYesNo, Change, Slots
from skills.intents.moment import Moment
from skills.intents.offers import what_comes_off
from skills.intents.slots import items_in, number_in
from skills.languages.saying import AllOf, AnyOf, GoodsName, say

READ_OUT = 6  # lines; a longer cart is summed up


def remove_from_cart(moment: Moment, slots: Slots) -> Answer:
    """Take lines out, or some units of one. "Remove it" is about the last change."""
    cart = moment.cart()
    if not cart.lines:
        return Answer(says=(say("cart.empty"),))
    items = items_in(slots)
    if not items and moment.last_change is None:
        return Answer(ask=Ask(AskSlot("product", Understood("RemoveFromCart", slots)), say("remove.what")))
    removed = []
    for item in items or (None,):
        lines = _lines_for(moment, cart, item)
        if not lines:
            return Answer(says=(say("cart.not_there", name=item.name if item else ""),))
        if len(lines) > 1:
            return Answer(ask=_which_line(moment, "RemoveFromCart", lines, slots))
        quantity = number_in(slots, "quantity") or (item.quantity if item and item.quantity > 1 else None)
        removed.append((lines[0], min(quantity, lines[0].quantity) if quantity else lines[0].quantity))
    for line, quantity in removed:
        cart = moment.shop.carts.remove(moment.customer, line.id, quantity)
    goods = AllOf(tuple(moment.goods_of(line, quantity) for line, quantity in removed))
    line, quantity = removed[-1]
    return Answer(
        says=(say("cart.removed" if cart.lines else "cart.removed_last", goods=goods),),
        done=tuple(f"cart.removed {line.sku} x{quantity}" for line, quantity in removed),
        change=Change(line.id, _item_of(line), line.quantity, line.quantity - quantity),
    )


def change_quantity(moment: Moment, slots: Slots) -> Answer:
    """Make a line hold so many units; without a product, the line that was changed last."""
    items = items_in(slots)
    quantity = number_in(slots, "quantity") or (items[0].quantity if items else None)
    if quantity is None:
        return Answer(ask=Ask(AskSlot("quantity", Understood("ChangeQuantity", slots)), say("quantity.how_many")))
    cart = moment.cart()
    lines = _lines_for(moment, cart, items[0] if items else None)
    if not lines:
        if items:
            return Answer(says=(say("cart.not_there", name=items[0].name),))
        return Answer(says=(say("cart.empty" if not cart.lines else "quantity.of_what"),))
    if len(lines) > 1:
        return Answer(ask=_which_line(moment, "ChangeQuantity", lines, {**slots, "quantity": quantity}))
    return set_line(moment, lines[0], quantity)


def set_line(moment: Moment, line: CartLine, quantity: int) -> Answer:
    """Make one line hold `quantity` units; offers what there is when that is too much."""
    try:
        moment.shop.carts.set_quantity(moment.customer, line.id, quantity)
    except InsufficientStock as shortage:
        goods = GoodsName(moment.goods_of(line))
        if shortage.available <= line.quantity:
            return Answer(says=(say("short.all_in_cart", goods=goods),))
        yes = Understood("ChangeQuantity", {"product": (_item_of(line),), "quantity": shortage.available})
        return Answer(ask=Ask(AskYesNo(yes), say("short.only", goods=moment.goods_of(line, shortage.available))))
    return Answer(
        says=(say("quantity.changed", goods=moment.goods_of(line, quantity)),),
        done=(f"cart.changed {line.sku} x{quantity}",),
        change=Change(line.id, _item_of(line), line.quantity, quantity),
    )


def read_cart(moment: Moment, _slots: Slots) -> Answer:
    """What lies in the cart and what it costs before delivery."""
    cart = moment.cart()
    if not cart.lines:
        return Answer(says=(say("cart.empty"),))
    read = AllOf(tuple(moment.goods_of(line) for line in cart.lines[:READ_OUT]))
    if len(cart.lines) > READ_OUT:
        more = len(cart.lines) - READ_OUT
        says = say("cart.read_long", goods=read, count=more, total=cart.subtotal)
    else:
        says = say("cart.read", goods=read, total=cart.subtotal)
    if not cart.discounts:
        return Answer(says=(says,))
    return Answer(says=(says, say("cart.less", discounts=what_comes_off(cart.discounts), total=cart.goods_total)))


def clear_cart(moment: Moment, slots: Slots) -> Answer:
    """Empty the cart, after a yes when more than one line would go."""
    cart = moment.cart()
    if not cart.lines:
        return Answer(says=(say("cart.empty"),))
    if len(cart.lines) > 1 and "sure" not in slots:
        yes = Understood("ClearCart", {"sure": "yes"})
        return Answer(ask=Ask(AskYesNo(yes), say("cart.clear_sure", count=len(cart.lines))))
    moment.shop.carts.clear(moment.customer)
    return Answer(says=(say("cart.cleared"),), done=("cart.cleared",))


def undo(moment: Moment, _slots: Slots) -> Answer:
    """Take the last change of the cart back."""
    try:
        cart = moment.shop.carts.undo(moment.customer)
    except NothingToUndo:
        return Answer(says=(say("undo.nothing"),))
    if not cart.lines:
        return Answer(says=(say("undo.done_empty"),), done=("cart.undone",))
    read = AllOf(tuple(moment.goods_of(line) for line in cart.lines[:READ_OUT]))
    return Answer(says=(say("undo.done", goods=read),), done=("cart.undone",))


def _lines_for(moment: Moment, cart: Cart, item: Item | None) -> list[CartLine]:
    """The lines that an item may mean; without an item, the line that was changed last."""
    if item is None:
        last = cart.line(moment.last_change.line_id) if moment.last_change else None
        return [last] if last else list(cart.lines) if len(cart.lines) == 1 else []
    wanted = _choices(item.options)
    return [
        line
        for line in cart.lines
        if (line.sku == item.sku if item.sku else line.product_key in item.products)
        and wanted <= _choices(line.options)
    ]


def _choices(options: Iterable[OptionValue | LineOption]) -> set[tuple[str, str, bool]]:
    """What is chosen and what refused: the pizza with onions is not the one without."""
    return {(option.group, option.value, option.amount == NOT_ANY) for option in options}


def _which_line(moment: Moment, intent: str, lines: Sequence[CartLine], slots: Slots) -> Ask:
    asked = lines[:3]
    names = [moment.goods_of(line) for line in asked]
    choices = tuple(
        Choice(_name(moment, line), Understood(intent, {**_without_items(slots), "product": (_item_of(line),)}))
        for line in asked
    )
    return Ask(AskChoice(choices), say("cart.which_line", choices=AnyOf(tuple(GoodsName(name) for name in names))))


def _name(moment: Moment, line: CartLine) -> str:
    """A short name for one of several lines: its product, else what tells it from its sisters."""
    goods = moment.goods_of(line)
    return " ".join(filter(None, [goods.kind, *goods.before, goods.name.lower(), *goods.after]))


def _without_items(slots: Slots) -> dict[str, SlotValue]:
    return {name: value for name, value in slots.items() if name not in ("items", "product")}


def _item_of(line: CartLine) -> Item:
    options = tuple(OptionValue(option.group, option.value, option.amount, option.spoken) for option in line.options)
    return Item(line.sku, line.name, line.quantity, options, (line.product_key,))
