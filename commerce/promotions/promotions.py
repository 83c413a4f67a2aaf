"""The promotions of one shop: what is on offer, coupons in carts, and points."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from commerce.cart_items import Cart
from commerce.cart_rows import lock_cart, read_cart
from commerce.clock import Clock
from commerce.customers import customer_id
from commerce.errors import CouponRefused, NoPoints
from commerce.money import Money
from commerce.promotions import points
from commerce.promotions.applying import with_discounts
from commerce.promotions.loading import counting, load_loyalty, load_promotions, uses_by
from commerce.promotions.rules import Promotion
from commerce.shop_info import ShopInfo
from commerce.storage.database import Database
from commerce.storage.promotion_tables import CartBenefitsRow


@dataclass(frozen=True, slots=True)
class Points:
    """A customer's points. name: what the shop calls them. worth: what all of them together take off."""

    name: str
    balance: int
    worth: Money


class Promotions:
    """`customer` is a customer's key; the methods that take one raise UnknownCustomer."""

    def __init__(self, database: Database, shop: ShopInfo, clock: Clock) -> None:
        self._database = database
        self._shop = shop
        self._clock = clock

    def all(self) -> tuple[Promotion, ...]:
        """Every promotion that the shop's files name, on or not, in their order."""
        with self._database.reading() as session:
            return load_promotions(session, self._shop)

    def coupons(self) -> tuple[Promotion, ...]:
        """Every coupon that the shop has, on or not, so that its code can be understood."""
        return tuple(each for each in self.all() if each.code is not None)

    def offers(self, customer: str) -> tuple[Promotion, ...]:
        """What counts for the customer today without any code, in the shop's order."""
        with self._database.reading() as session:
            owner = customer_id(session, self._shop.id, customer)
            return tuple(counting(session, load_promotions(session, self._shop), owner, None, self._clock.now()))

    def use_coupon(self, customer: str, code: str) -> Cart:
        """Put a coupon into the cart, instead of the one that is there; capitals don't matter.

        The cart that is returned shows what it takes off: nothing, as long as its minimum is not reached.
        Raises CouponRefused.
        """
        with self._database.transaction() as session:
            now = self._clock.now()
            owner = customer_id(session, self._shop.id, customer)
            promotion = self._coupon(session, owner, code, now)
            return self._ask(session, owner, now, promotion_id=promotion.id)

    def drop_coupon(self, customer: str) -> Cart:
        """Take the coupon out of the cart, if there is one."""
        with self._database.transaction() as session:
            owner = customer_id(session, self._shop.id, customer)
            return self._ask(session, owner, self._clock.now(), promotion_id=None)

    def points(self, customer: str) -> Points:
        """How many points the customer has. Raises NoPoints where the shop gives none."""
        with self._database.reading() as session:
            owner = customer_id(session, self._shop.id, customer)
            terms = load_loyalty(session, self._shop)
            if terms is None:
                raise NoPoints
            held = points.balance(session, self._shop.id, owner)
            return Points(terms.name, held, Money(held * terms.worth, self._shop.currency))

    def use_points(self, customer: str, wanted: bool = True) -> Cart:
        """Pay for the cart with points as far as they go, or no longer. Raises NoPoints."""
        with self._database.transaction() as session:
            owner = customer_id(session, self._shop.id, customer)
            if wanted and not points.balance(session, self._shop.id, owner):
                raise NoPoints
            return self._ask(session, owner, self._clock.now(), uses_points=wanted)

    def grant(self, customer: str, amount: int, key: str) -> None:
        """For the merchant: give a customer points; the same key counts once. amount: above 0."""
        with self._database.transaction() as session:
            owner = customer_id(session, self._shop.id, customer)
            points.grant(session, self._shop.id, owner, amount, f"points:{owner}:granted:{key}", self._clock.now())

    def _coupon(self, session: Session, owner: int, code: str, now: datetime) -> Promotion:
        wanted = code.strip().casefold()
        found = [each for each in load_promotions(session, self._shop) if each.code and each.code.casefold() == wanted]
        if not found:
            raise CouponRefused(code, "unknown")
        promotion = found[0]
        if promotion.starts is not None and now < promotion.starts:
            raise CouponRefused(code, "early")
        if not promotion.runs(now):
            raise CouponRefused(code, "over")
        if promotion.is_used_up:
            raise CouponRefused(code, "used_up")
        times = uses_by(session, owner, [promotion.id]).get(promotion.id, 0)
        if promotion.uses_per_customer is not None and times >= promotion.uses_per_customer:
            raise CouponRefused(code, "used")
        return promotion

    def _ask(self, session: Session, owner: int, now: datetime, **wishes: int | bool | None) -> Cart:
        """Write down what the customer asked for; the cart is another one then, and its quote no longer holds."""
        cart = lock_cart(session, owner, now)
        row = session.get(CartBenefitsRow, cart.id, populate_existing=True)
        if row is None:
            row = CartBenefitsRow(cart_id=cart.id, promotion_id=None, uses_points=False)
            session.add(row)
        if any(getattr(row, name) != wish for name, wish in wishes.items()):
            for name, wish in wishes.items():
                setattr(row, name, wish)
            cart.version += 1
            cart.updated_at = now
        session.flush()
        return with_discounts(session, self._shop, owner, read_cart(session, self._shop, owner), now)
