"""Who sells, and on which terms."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from commerce.errors import UnknownShop
from commerce.money import Money
from commerce.pricing import Terms
from commerce.storage.shop_tables import ShopRow


@dataclass(frozen=True, slots=True)
class ShopInfo:
    """A shop.

    id: its row in the database.
    kind: "groceries", "cafe", "bank" or "pizzeria".
    language: BCP 47 tag of the language in which it is spoken to by default.
    seller, address, returns: what the law wants to be told before a purchase.
    delivery_fee: of one order; waived from a subtotal of `delivery_free_from`, if that is set.
    delivery_days: days until an order arrives; 0 for something handed over at once.
    prices_include_tax: False where tax is added at the checkout.
    """

    id: int
    key: str
    name: str
    kind: str
    currency: str
    language: str
    seller: str
    address: str
    returns: str
    delivery_fee: Money
    delivery_free_from: Money | None
    delivery_days: int
    prices_include_tax: bool

    @property
    def terms(self) -> Terms:
        """What a purchase's price depends on besides its lines."""
        return Terms(self.delivery_fee, self.delivery_free_from, self.prices_include_tax)


def load_info(session: Session, key: str) -> ShopInfo:
    """The shop of this key. Raises UnknownShop."""
    row = session.scalar(select(ShopRow).where(ShopRow.key == key))
    if row is None:
        raise UnknownShop(key, session.scalars(select(ShopRow.key).order_by(ShopRow.key)).all())
    return _info(row)


def list_shops(session: Session) -> tuple[ShopInfo, ...]:
    """Every shop, by key."""
    return tuple(_info(row) for row in session.scalars(select(ShopRow).order_by(ShopRow.key)))


def _info(row: ShopRow) -> ShopInfo:
    free_from = row.delivery_free_from
    return ShopInfo(
        id=row.id,
        key=row.key,
        name=row.name,
        kind=row.kind,
        currency=row.currency,
        language=row.language,
        seller=row.seller,
        address=row.address,
        returns=row.returns,
        delivery_fee=Money(row.delivery_fee, row.currency),
        delivery_free_from=None if free_from is None else Money(free_from, row.currency),
        delivery_days=row.delivery_days,
        prices_include_tax=row.prices_include_tax,
    )
