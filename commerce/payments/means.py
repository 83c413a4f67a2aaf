"""What a customer can pay with."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from commerce.errors import UnknownPaymentMethod
from commerce.payments.rows import Means
from commerce.payments.states import PaymentMethod
from commerce.storage.ledger_tables import AccountRow
from commerce.storage.payment_tables import PaymentMethodRow

ON_DELIVERY = "delivery"
ON_FILE = "on-file"  # what a gateway is told when the customer's card is known to it alone
PAYING_KINDS = ("store", "checking")


def choose_means(session: Session, owner: int, pay_with: str | None) -> tuple[Means, str]:
    """How a customer's order will be paid, and how that is spoken.

    pay_with: the key of one of the customer's cards or accounts, `delivery`, or None for the first card.
    Raises UnknownPaymentMethod.
    """
    cards = session.scalars(
        select(PaymentMethodRow).where(PaymentMethodRow.customer_id == owner).order_by(PaymentMethodRow.position)
    ).all()
    if pay_with is None:
        return (Means(PaymentMethod.CARD, cards[0].token), cards[0].name) if cards else _CARD_ON_FILE
    if pay_with == ON_DELIVERY:
        return Means(PaymentMethod.DELIVERY), "on delivery"
    for card in cards:
        if card.key == pay_with:
            return Means(PaymentMethod.CARD, card.token), card.name
    accounts = session.scalars(
        select(AccountRow).where(AccountRow.customer_id == owner, AccountRow.kind.in_(PAYING_KINDS))
    ).all()
    for account in accounts:
        if account.key == pay_with:
            return Means(PaymentMethod.ACCOUNT, account_id=account.id), account.name
    raise UnknownPaymentMethod(
        pay_with, [ON_DELIVERY, *(card.key for card in cards), *(account.key for account in accounts)]
    )


_CARD_ON_FILE = (Means(PaymentMethod.CARD, ON_FILE), "the card on file")
