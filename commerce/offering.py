"""What would be bought, and for how much: offers made from a cart or a bill. Works inside the caller's transaction."""

from __future__ import annotations

from collections import Counter
from datetime import datetime
from decimal import Decimal

from sqlalchemy.orm import Session

from commerce.accounts import FLOORS, load_account, load_bill
from commerce.cart_items import Cart
from commerce.cart_rows import read_cart
from commerce.catalogue import stock
from commerce.customers import Customer
from commerce.errors import (
    AmountOutOfRange,
    BillOverpaid,
    InsufficientFunds,
    InsufficientStock,
    ItemWithdrawn,
    MixedCurrencies,
    NothingToBuy,
    SpendCapExceeded,
)
from commerce.ledger import MOST, Books
from commerce.money import Money
from commerce.order_items import LineItem, OrderKind
from commerce.payments.means import choose_means
from commerce.payments.rows import Means
from commerce.payments.states import PaymentMethod
from commerce.pricing import add_up
from commerce.promotions.applying import reckon_cart
from commerce.quotes import Offer
from commerce.shop_info import ShopInfo
from commerce.storage.shop_tables import VariantRow

CODE_ABOVE = 10_000
"""Minor units: a total above this needs a voice code even of customers who have none yet."""


def offer_cart(session: Session, shop: ShopInfo, customer: Customer, pay_with: str | None, at: datetime) -> Offer:
    """The customer's cart as an offer.

    Raises NothingToBuy, ItemWithdrawn, InsufficientStock, SpendCapExceeded, AmountOutOfRange, UnknownPaymentMethod.
    """
    cart = read_cart(session, shop, customer.id)
    _check_can_be_bought(session, shop, cart, customer.id, at)
    off = reckon_cart(session, shop, customer.id, cart, at)
    lines = tuple(LineItem.of_cart(line).less(off.share(line.id)) for line in cart.lines)
    totals = add_up(lines, shop.terms)
    means, pays_with = choose_means(session, customer.id, pay_with)
    return Offer(
        kind=OrderKind.GOODS,
        seller=shop.seller,
        lines=lines,
        net=totals.net,
        delivery=totals.delivery,
        tax=totals.tax,
        total=_within_cap(customer, totals.total),
        address=_goes_to(shop, customer),
        payee=shop.seller,
        means=means,
        pays_with=pays_with,
        cart_version=cart.version,
        bill_id=None,
        needs_code=_needs_code(customer, totals.total),
        discounts=off.discounts,
    )


def offer_bill(
    session: Session, shop: ShopInfo, customer: Customer, bill_id: int, account_id: int, amount: Money | None
) -> Offer:
    """The payment of a bill, or of a part of it, from an account; all that is left to pay when `amount` is None.

    Raises UnknownBill, UnknownAccount, MixedCurrencies, AmountOutOfRange, BillOverpaid, InsufficientFunds,
    SpendCapExceeded.
    """
    bill = load_bill(session, customer.id, bill_id, shop.currency)
    account, code = load_account(session, customer.id, account_id)
    pays = amount or bill.outstanding
    if pays.currency != shop.currency:
        raise MixedCurrencies(shop.currency, pays.currency)
    if pays.amount > bill.outstanding.amount or bill.is_paid:
        raise BillOverpaid(bill.id, pays.amount, bill.outstanding.amount)
    if pays.amount < 1:
        raise AmountOutOfRange(pays.amount, 1, MOST)
    floor = FLOORS[account.kind]
    if floor is not None and Books(session, shop.id).balance(code).amount - pays.amount < floor:
        raise InsufficientFunds(code, pays.amount, pays.currency)
    zero = Money(0, shop.currency)
    line = LineItem(1, "", "", bill.payee, 1, (), pays, pays, Decimal(0))
    return Offer(
        kind=OrderKind.BILL,
        seller=shop.seller,
        lines=(line,),
        net=pays,
        delivery=zero,
        tax=zero,
        total=_within_cap(customer, pays),
        address="",
        payee=bill.payee,
        means=Means(PaymentMethod.ACCOUNT, account_id=account.id),
        pays_with=account.name,
        cart_version=None,
        bill_id=bill.id,
        needs_code=_needs_code(customer, pays),
    )


def _check_can_be_bought(session: Session, shop: ShopInfo, cart: Cart, owner: int, at: datetime) -> None:
    if not cart.lines:
        raise NothingToBuy
    wanted: Counter[str] = Counter()
    for line in cart.lines:
        if line.withdrawn:
            raise ItemWithdrawn(line.sku, line.name, line.id)
        wanted[line.sku] += line.quantity
    for sku, units in wanted.items():
        which = (VariantRow.shop_id == shop.id) & (VariantRow.sku == sku)
        _, orderable = stock.orderable(session, which, owner, at)
        if orderable is not None and orderable < units:
            raise InsufficientStock(sku, units, orderable)


def _within_cap(customer: Customer, total: Money) -> Money:
    if customer.spend_cap is not None and customer.spend_cap < total:
        raise SpendCapExceeded(total.amount, customer.spend_cap.amount, total.currency)
    return total


def _needs_code(customer: Customer, total: Money) -> bool:
    return customer.has_code or total.amount > CODE_ABOVE


def _goes_to(shop: ShopInfo, customer: Customer) -> str:
    """The customer's address; the shop's own where things are handed over at once and nothing is delivered."""
    if customer.default_address is None or (shop.delivery_days == 0 and shop.delivery_fee.amount == 0):
        return shop.address
    return customer.default_address.one_line
