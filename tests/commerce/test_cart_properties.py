"""Whatever is done to a cart, it adds up, and undo restores exactly what was there."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from commerce.cart import Cart, ChosenOption
from commerce.cart_items import settle_options
from commerce.errors import QuantityOutOfRange
from commerce.money import Money
from tests.commerce.cafe import open_cafe

PRICES = {"LATTE": 420, "CUP": 1800, "BEANS-L": 2600}
EFFECTS = {"small": -50, "large": 60, "double-shot": 80, "soy-milk": 60, "syrup": 40}
SIZES = st.sampled_from(["small", "medium", "large"]).map(lambda value: [ChosenOption("size", value)])
SWEETENERS = st.lists(st.sampled_from(["sugar", "brown-sugar", "syrup"]), max_size=2, unique=True).map(
    lambda values: [ChosenOption("sweetener", value) for value in values]
)
MILKS = st.sampled_from([[], [ChosenOption("milk", "soy-milk")], [ChosenOption("milk", "soy-milk", "a bit of")]])
LATTES = st.tuples(SIZES, SWEETENERS, MILKS).map(lambda parts: ("LATTE", [option for part in parts for option in part]))
ITEMS = st.one_of(LATTES, st.sampled_from([("CUP", []), ("BEANS-L", [])]))


class CartMachine(RuleBasedStateMachine):
    """A real cart in a real database beside a list of the carts that it should have been."""

    def __init__(self) -> None:
        super().__init__()
        self._folder = tempfile.TemporaryDirectory()
        self._cafe = open_cafe(Path(self._folder.name))
        self._carts = self._cafe.shop.carts
        self._past: list[Cart] = []
        self._cart = self._carts.get("anna")
        self._latte = self._cafe.shop.catalogue.product("latte").option_groups

    def teardown(self) -> None:
        self._cafe.database.close()
        self._folder.cleanup()

    def _changed(self, cart: Cart) -> None:
        if cart.version != self._cart.version:
            self._past.append(self._cart)
        self._cart = cart

    @rule(item=ITEMS, quantity=st.integers(1, 60))
    def add(self, item: tuple[str, list[ChosenOption]], quantity: int) -> None:
        sku, options = item
        settled = settle_options(sku, self._latte if sku == "LATTE" else (), options)
        before = self._units(sku, settled)
        try:
            self._changed(self._carts.add("anna", sku, quantity, options))
        except QuantityOutOfRange:
            assert before + quantity > 99
        else:
            assert self._units(sku, settled) == before + quantity

    @precondition(lambda self: self._cart.lines)
    @rule(data=st.data(), quantity=st.integers(1, 99))
    def set_quantity(self, data: Any, quantity: int) -> None:
        line = data.draw(st.sampled_from(self._cart.lines))
        self._changed(self._carts.set_quantity("anna", line.id, quantity))
        changed = self._cart.line(line.id)
        assert changed is not None
        assert changed.quantity == quantity

    @precondition(lambda self: self._cart.lines)
    @rule(data=st.data())
    def remove(self, data: Any) -> None:
        line = data.draw(st.sampled_from(self._cart.lines))
        quantity = data.draw(st.none() | st.integers(1, line.quantity))
        units = self._cart.units
        self._changed(self._carts.remove("anna", line.id, quantity))
        assert self._cart.units == units - (line.quantity if quantity is None else quantity)

    @rule()
    def clear(self) -> None:
        self._changed(self._carts.clear("anna"))
        assert self._cart.lines == ()

    @precondition(lambda self: self._past)
    @rule()
    def undo(self) -> None:
        before = self._past.pop()
        self._cart = self._carts.undo("anna")
        assert self._cart.lines == before.lines

    @invariant()
    def it_adds_up(self) -> None:
        """Totals are whole numbers of cents that follow from the menu; no two lines are alike."""
        assert self._carts.get("anna") == self._cart
        for line in self._cart.lines:
            assert line.unit_price.amount == PRICES[line.sku] + sum(EFFECTS.get(o.value, 0) for o in line.options)
            assert line.total.amount == line.unit_price.amount * line.quantity
            assert 1 <= line.quantity <= 99
        assert self._cart.subtotal == Money(sum(line.total.amount for line in self._cart.lines), "USD")
        assert len({(line.sku, line.options) for line in self._cart.lines}) == len(self._cart.lines)
        assert len({line.id for line in self._cart.lines}) == len(self._cart.lines)

    def _units(self, sku: str, options: tuple[ChosenOption, ...]) -> int:
        return sum(
            line.quantity
            for line in self._cart.lines
            if line.sku == sku and tuple(ChosenOption(o.group, o.value, o.amount) for o in line.options) == options
        )


CartMachine.TestCase.settings = settings(
    max_examples=12, stateful_step_count=15, deadline=None, suppress_health_check=list(HealthCheck)
)
TestCart = CartMachine.TestCase
