"""What is shown with a turn on a speaker with a screen: the cart, the orders, or the choices that were read out."""

from __future__ import annotations

from ask_sdk_model.interfaces.alexa.presentation.apl import RenderDocumentDirective

from commerce.cart import CartLine
from commerce.clock import Clock
from commerce.order_items import Order
from commerce.shop import Shop
from skills.alexa.screens import Line, screen
from skills.alexa.wording import Words
from skills.contract import Understood
from skills.dialogue import Turn
from skills.languages.replies import replies
from skills.languages.saying import say

_CART = {"AddToCart", "RemoveFromCart", "ChangeQuantity", "ReadCart", "ClearCart", "Undo", "Correct", "Checkout"}
_ORDERS = {"OrderStatus", "ListOrders"}
_SHOWN_ORDERS = 5


class Showing:
    """The screens of one shop."""

    def __init__(self, shop: Shop, clock: Clock) -> None:
        self._shop = shop
        self._clock = clock

    def of(self, turn: Turn, customer: str, words: Words) -> RenderDocumentDirective | None:
        """What goes with a turn; None where words are enough."""
        if turn.reply.choices:
            lines = [Line(choice, choice=position) for position, choice in enumerate(turn.reply.choices, start=1)]
            return screen(words.say("screen.choices"), lines)
        intent = turn.outcome.intent if isinstance(turn.outcome, Understood) else ""
        if intent in _CART:
            return self._cart(customer, words)
        if intent in _ORDERS:
            orders = self._shop.orders.list(customer, _SHOWN_ORDERS)
            return screen(words.say("screen.orders"), [self._order(order, words) for order in orders])
        return None

    def _cart(self, customer: str, words: Words) -> RenderDocumentDirective:
        cart = self._shop.carts.get(customer)
        lines = [self._line(line, words) for line in cart.lines]
        total = replies(words.language).shown(cart.subtotal, self._clock.now())
        return screen(words.say("screen.cart"), lines, total)

    def _line(self, line: CartLine, words: Words) -> Line:
        options = [option.spoken for option in line.options if not option.default]
        text = ", ".join([line.name, *options])
        many = f"{line.quantity} × " if line.quantity > 1 else ""
        return Line(many + text, replies(words.language).shown(line.total, self._clock.now()))

    def _order(self, order: Order, words: Words) -> Line:
        said = replies(words.language)
        status = said.render([say(f"order.state.{order.status.value}")], self._clock.now()).screen
        return Line(
            f"{words.say('card.order', number=order.number)} {status}", said.shown(order.total, self._clock.now())
        )
