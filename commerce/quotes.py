"""Quotes: what exactly a "yes" would buy, for five minutes.

A quote's digest is the sha256 of everything that was offered: lines, discounts, delivery, tax, total, seller, payee,
address, how it is paid, for which state of the cart, and until when. A confirmation names the digest: it can't mean
anything else. The prices of a live quote are kept, even when the catalogue changes meanwhile; the stock is not reserved
by it.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from commerce.clock import is_over
from commerce.errors import QuoteNotLive
from commerce.money import Money
from commerce.order_items import LineItem, OrderKind
from commerce.payments.rows import Means
from commerce.payments.states import PaymentMethod
from commerce.promotions.rules import Discount
from commerce.storage.cart_tables import CartRow
from commerce.storage.order_tables import QuoteRow

LIFETIME = timedelta(minutes=5)


@dataclass(frozen=True, slots=True)
class Offer:
    """What is offered, before it has an id and an end.

    discounts: what comes off, each under its name; the lines' totals have it taken off already.
    net: of the lines, without tax. pays_with: how it is paid, as it is spoken ("Everyday checking").
    cart_version: of the cart that it was made from, None for a bill. bill_id: the bill that it pays, if it does.
    """

    kind: OrderKind
    seller: str
    lines: tuple[LineItem, ...]
    net: Money
    delivery: Money
    tax: Money
    total: Money
    address: str
    payee: str
    means: Means
    pays_with: str
    cart_version: int | None
    bill_id: int | None
    needs_code: bool
    discounts: tuple[Discount, ...] = ()


@dataclass(frozen=True, slots=True)
class Quote:
    """An offer that can be confirmed until `expires_at`, by its id and digest.

    needs_code: whether the customer's voice code is asked for. The rest: see `Offer`.
    """

    id: str
    digest: str
    expires_at: datetime
    offer: Offer

    @property
    def kind(self) -> OrderKind:
        """Goods, or a bill."""
        return self.offer.kind

    @property
    def seller(self) -> str:
        """The legal seller."""
        return self.offer.seller

    @property
    def lines(self) -> tuple[LineItem, ...]:
        """What is bought."""
        return self.offer.lines

    @property
    def discounts(self) -> tuple[Discount, ...]:
        """What comes off, each under its name."""
        return self.offer.discounts

    @property
    def delivery(self) -> Money:
        """The delivery fee."""
        return self.offer.delivery

    @property
    def tax(self) -> Money:
        """On top, or contained in the lines where the shop's prices include it."""
        return self.offer.tax

    @property
    def total(self) -> Money:
        """What will be paid, all included."""
        return self.offer.total

    @property
    def address(self) -> str:
        """Where it goes; "" for a bill."""
        return self.offer.address

    @property
    def payee(self) -> str:
        """Who gets the money."""
        return self.offer.payee

    @property
    def pays_with(self) -> str:
        """How it is paid, as it is spoken."""
        return self.offer.pays_with

    @property
    def needs_code(self) -> bool:
        """Whether the customer's voice code is asked for."""
        return self.offer.needs_code


def make_quote(session: Session, owner: int, offer: Offer, at: datetime) -> Quote:
    """Write a quote down for a customer; it takes the place of every earlier one."""
    identity = uuid4().hex
    expires_at = at + LIFETIME
    content = _content(identity, owner, offer, expires_at)
    row = QuoteRow(
        id=identity,
        customer_id=owner,
        content=content,
        digest=digest_of(content),
        needs_code=offer.needs_code,
        made_at=at,
        expires_at=expires_at,
        order_id=None,
    )
    session.add(row)
    session.flush()
    return Quote(identity, row.digest, expires_at, offer)


def digest_of(content: Mapping[str, Any]) -> str:
    """sha256 over the content in one canonical form: sorted keys, no spaces, UTF-8."""
    canonical = json.dumps(content, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(canonical.encode()).hexdigest()


def find_quote(session: Session, owner: int, quote_id: str) -> QuoteRow:
    """A customer's quote, live or not. Raises QuoteNotLive when there is none of this id."""
    wanted = select(QuoteRow).where(QuoteRow.id == quote_id, QuoteRow.customer_id == owner)
    row = session.scalar(wanted.execution_options(populate_existing=True))
    if row is None:
        raise QuoteNotLive(quote_id, "unknown")
    return row


def newest_quote(session: Session, owner: int) -> QuoteRow | None:
    """The quote that was read out to a customer last."""
    newest = select(QuoteRow).where(QuoteRow.customer_id == owner).order_by(QuoteRow.sequence.desc()).limit(1)
    return session.scalar(newest)


def check_live(session: Session, row: QuoteRow, at: datetime) -> None:
    """Raises QuoteNotLive when the quote can't be confirmed now."""
    why = _why_not(session, row, at)
    if why is not None:
        raise QuoteNotLive(row.id, why)


def is_live(session: Session, row: QuoteRow, at: datetime) -> bool:
    """Whether the quote can be confirmed now."""
    return row.order_id is None and _why_not(session, row, at) is None


def quote_value(row: QuoteRow) -> Quote:
    """A row as a value."""
    return Quote(row.id, row.digest, row.expires_at, _offer(row.content))


def _why_not(session: Session, row: QuoteRow, at: datetime) -> str | None:
    newest = select(func.max(QuoteRow.sequence)).where(QuoteRow.customer_id == row.customer_id)
    version = select(CartRow.version).where(CartRow.customer_id == row.customer_id)
    last, cart = session.execute(select(newest.scalar_subquery(), version.scalar_subquery())).one()
    if last != row.sequence:
        return "replaced"
    if is_over(row.made_at, LIFETIME, at):
        return "expired"
    if row.content["cart_version"] not in (None, cart):
        return "changed"
    return None


def _content(identity: str, owner: int, offer: Offer, expires_at: datetime) -> dict[str, Any]:
    return {
        "id": identity,
        "customer": owner,
        "expires_at": expires_at.isoformat(),
        "kind": offer.kind.value,
        "seller": offer.seller,
        "currency": offer.total.currency,
        "lines": [line.document() for line in offer.lines],
        "discounts": [discount.document() for discount in offer.discounts],
        "net": offer.net.amount,
        "delivery": offer.delivery.amount,
        "tax": offer.tax.amount,
        "total": offer.total.amount,
        "address": offer.address,
        "payee": offer.payee,
        "method": offer.means.method.value,
        "token": offer.means.token,
        "account_id": offer.means.account_id,
        "pays_with": offer.pays_with,
        "cart_version": offer.cart_version,
        "bill_id": offer.bill_id,
        "needs_code": offer.needs_code,
    }


def _offer(content: Mapping[str, Any]) -> Offer:
    currency = content["currency"]
    return Offer(
        kind=OrderKind(content["kind"]),
        seller=content["seller"],
        lines=tuple(LineItem.of_document(line, currency) for line in content["lines"]),
        net=Money(content["net"], currency),
        delivery=Money(content["delivery"], currency),
        tax=Money(content["tax"], currency),
        total=Money(content["total"], currency),
        address=content["address"],
        payee=content["payee"],
        means=Means(PaymentMethod(content["method"]), content["token"], content["account_id"]),
        pays_with=content["pays_with"],
        cart_version=content["cart_version"],
        bill_id=content["bill_id"],
        needs_code=content["needs_code"],
        # A quote that was made by the program before this one has no discounts.
        discounts=tuple(Discount.of_document(discount, currency) for discount in content.get("discounts", ())),
    )
