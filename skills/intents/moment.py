"""What a handler knows about the moment it is asked in."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from commerce.cart import Cart, CartLine
from commerce.order_items import LineItem
from commerce.shop import Shop
from skills.intents.answer import Change, Question
from skills.intents.shelf import Shelf
from skills.languages.saying import Goods


@dataclass(frozen=True, slots=True)
class Moment:
    """One turn of a conversation, as the handlers see it.

    customer: the customer's key, "" for somebody who is not known and has no habits. device: where it is spoken.
    turn_id: of this turn; makes what it does idempotent.
    question: the open question; answered: whether this turn answers it.
    last_change: of the cart, by this customer at this device.
    """

    shop: Shop
    customer: str
    device: str
    shelf: Shelf
    now: datetime
    turn_id: str
    question: Question | None = None
    answered: bool = False
    last_change: Change | None = None

    def cart(self) -> Cart:
        """The cart as it is."""
        return self.shop.carts.get(self.customer)

    def goods_of(self, line: CartLine | LineItem, quantity: int | None = None) -> Goods:
        """A line of a cart, a quote or an order as a phrase. quantity: if another one than the line's is meant."""
        told = [option for option in line.options if not option.default]
        return self.shelf.goods(line.sku, quantity or line.quantity, told, fallback=line.name)
