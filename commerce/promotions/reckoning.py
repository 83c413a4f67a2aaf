"""What promotions take off a cart: pure arithmetic on whole minor units.

Promotions of goods come first, in the shop's order, each on the units that none before it has used: a unit is reduced
once. Promotions of the whole cart follow, in the shop's order, each on what is left to pay then; points come last.
A discount is worked out in one sum, rounded half up, and shared out to the lines by largest remainder.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from commerce.money import Money
from commerce.promotions.rules import POINTS, Discount, Loyalty, Promotion, PromotionKind

MILLION = 1_000_000


@dataclass(frozen=True, slots=True)
class Portion:
    """A line of a cart, as far as promotions are concerned. unit_price: minor units, at least 0."""

    number: int
    product: str
    category: str | None
    unit_price: int
    quantity: int


@dataclass(frozen=True, slots=True)
class Reckoning:
    """What comes off. shares: line number -> minor units; they add up to what the discounts add up to."""

    discounts: tuple[Discount, ...] = ()
    shares: Mapping[int, int] | None = None

    def share(self, number: int) -> int:
        """What comes off a line, minor units."""
        return (self.shares or {}).get(number, 0)


def reckon(
    portions: Sequence[Portion],
    promotions: Sequence[Promotion],
    currency: str,
    loyalty: Loyalty | None = None,
    points: int = 0,
) -> Reckoning:
    """What promotions, those that may count in the shop's order, and up to so many points take off."""
    basket = _Basket(portions)
    counting = [promotion for promotion in promotions if promotion.minimum <= basket.full]
    ordered = sorted(counting, key=lambda promotion: not promotion.is_of_goods)
    discounts = []
    for promotion in ordered:
        amount = basket.take_off(promotion)
        if amount:
            discounts.append(Discount(promotion.key, promotion.name, Money(amount, currency)))
    if loyalty is not None and (used := min(points, basket.left // loyalty.worth)):
        basket.take(used * loyalty.worth, basket.rest)
        discounts.append(Discount(POINTS, loyalty.name, Money(used * loyalty.worth, currency), used))
    return Reckoning(tuple(discounts), dict(basket.taken))


def allot(amount: int, weights: Sequence[int]) -> list[int]:
    """Share `amount` out in proportion to weights, to the last minor unit: largest remainder, among equals the first.

    No share is above its weight as long as `amount` is not above their sum.
    """
    whole = sum(weights)
    if not whole:
        return [0] * len(weights)
    shares = [amount * weight // whole for weight in weights]
    remainders = [amount * weight % whole for weight in weights]
    by_remainder = sorted(range(len(weights)), key=lambda index: (-remainders[index], index))
    for index in by_remainder[: amount - sum(shares)]:
        shares[index] += 1
    return shares


class _Basket:
    """What is left of every line. free: units that no promotion of goods has used. rest, taken: minor units."""

    def __init__(self, portions: Sequence[Portion]) -> None:
        self._portions = {portion.number: portion for portion in sorted(portions, key=lambda each: each.number)}
        self._free = {number: portion.quantity for number, portion in self._portions.items()}
        self.rest = {number: each.unit_price * each.quantity for number, each in self._portions.items()}
        self.taken: Counter[int] = Counter()
        self.full = sum(self.rest.values())

    @property
    def left(self) -> int:
        """What is still to be paid."""
        return sum(self.rest.values())

    def take_off(self, promotion: Promotion) -> int:
        """Let a promotion count; what it took off."""
        before = self.left
        match promotion.kind:
            case PromotionKind.PERCENT:
                bases = self._bases(promotion)
                self.take(_percent(sum(bases.values()), promotion.percent_ppm), bases)
            case PromotionKind.AMOUNT if promotion.is_of_goods:
                for number in self._matching(promotion):
                    unit = min(promotion.amount, self._portions[number].unit_price)
                    self._take_from(number, unit * self._use(number))
            case PromotionKind.AMOUNT:
                self.take(min(promotion.amount, self.left), self.rest)
            case PromotionKind.MULTI_BUY:
                self._multi_buy(promotion)
            case PromotionKind.BUNDLE:
                while self._bundle(promotion):
                    pass
        return before - self.left

    def take(self, amount: int, weights: Mapping[int, int]) -> None:
        """Share an amount out over lines."""
        for number, share in zip(list(weights), allot(amount, list(weights.values())), strict=True):
            self._take_from(number, share)

    def _take_from(self, number: int, amount: int) -> None:
        self.rest[number] -= amount
        if amount:
            self.taken[number] += amount

    def _bases(self, promotion: Promotion) -> dict[int, int]:
        if not promotion.is_of_goods:
            return dict(self.rest)
        return {number: self._portions[number].unit_price * self._use(number) for number in self._matching(promotion)}

    def _matching(self, promotion: Promotion) -> list[int]:
        return [
            number
            for number, portion in self._portions.items()
            if self._free[number]
            and (portion.product in promotion.products or portion.category in promotion.categories)
        ]

    def _use(self, number: int, units: int | None = None) -> int:
        """Use units of a line up, all that are free when None."""
        used = self._free[number] if units is None else units
        self._free[number] -= used
        return used

    def _multi_buy(self, promotion: Promotion) -> None:
        """The dearest units are grouped first; of every whole group the cheapest are free."""
        units = [number for number in self._matching(promotion) for _ in range(self._free[number])]
        units.sort(key=lambda number: (-self._portions[number].unit_price, number))
        grouped = units[: len(units) - len(units) % promotion.buy]
        for place, number in enumerate(grouped):
            self._use(number, 1)
            if place % promotion.buy >= promotion.pay:
                self._take_from(number, self._portions[number].unit_price)

    def _bundle(self, promotion: Promotion) -> bool:
        """One unit of each product together, the dearest ones; whether that saves anything."""
        chosen: list[int] = []
        for product in promotion.products:
            number = self._dearest(product, chosen)
            if number is None:
                return False
            chosen.append(number)
        prices = [self._portions[number].unit_price for number in chosen]
        saved = sum(prices) - promotion.amount
        if saved <= 0:
            return False
        for number, share in zip(chosen, allot(saved, prices), strict=True):
            self._use(number, 1)
            self._take_from(number, share)
        return True

    def _dearest(self, product: str, chosen: Collection[int]) -> int | None:
        taken = Counter(chosen)
        fitting = [
            number
            for number, portion in self._portions.items()
            if portion.product == product and self._free[number] > taken[number]
        ]
        return max(fitting, key=lambda number: self._portions[number].unit_price, default=None)


def _percent(base: int, rate: int) -> int:
    return (2 * base * rate + MILLION) // (2 * MILLION)
