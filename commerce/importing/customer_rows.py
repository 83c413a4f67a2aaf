"""Writing a customers file into the database.

What describes a customer is updated; what happened to one (accounts, bills, orders) is added once and then left alone.
A customer whom the file does not name stays.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from commerce.accounts import PastTransaction, seed_account, seed_bill
from commerce.advice.wishes import add_wishes
from commerce.cart_items import ChosenOption
from commerce.customers import address_line
from commerce.importing.amounts import to_minor
from commerce.importing.catalogue_rows import put
from commerce.importing.format import (
    AccountEntry,
    AddressEntry,
    CustomerEntry,
    CustomersFile,
    OrderEntry,
    OrderLineEntry,
    PayeeEntry,
    PaymentMethodEntry,
)
from commerce.money import Money
from commerce.order_states import OrderStatus
from commerce.past_orders import PastLine, seed_order
from commerce.promotions.points import seed as seed_points
from commerce.promotions.rules import Discount
from commerce.shop_info import ShopInfo
from commerce.storage.customer_tables import AddressRow, CustomerRow, PayeeRow, VoiceCodeRow
from commerce.storage.ledger_tables import BillRow
from commerce.storage.payment_tables import PaymentMethodRow
from commerce.storage.shop_tables import ProductRow, StockRow, VariantRow
from commerce.voice_codes import hash_code, matches


def write_customers(session: Session, shop: ShopInfo, file: CustomersFile, now: datetime) -> None:
    """Make the customers what the file says; days in it count from `now`."""
    owners = {entry.key: _write_customer(session, shop, entry, now).id for entry in file.customers}
    _write_gone_goods(session, shop, [line for entry in file.customers for o in entry.orders for line in o.lines])
    for entry in file.customers:
        for account in entry.accounts:
            _seed_account(session, shop, owners[entry.key], account, now)
        seed_points(session, shop.id, owners[entry.key], entry.points, now)
        add_wishes(session, shop, owners[entry.key], entry.wishes, now)
        for bill in entry.bills:
            seed_bill(
                session,
                owners[entry.key],
                key=bill.key,
                payee=bill.payee,
                amount=to_minor(bill.amount, shop.currency),
                due=_day(bill.due, now).date(),
                is_paid=bill.paid is not None,
            )
    past = [(entry, order) for entry in file.customers for order in entry.orders]
    for entry, order in sorted(past, key=lambda pair: _day(pair[1].placed, now)):
        _seed_order(session, shop, owners[entry.key], entry, order, now)


def _write_customer(session: Session, shop: ShopInfo, entry: CustomerEntry, now: datetime) -> CustomerRow:
    known = session.scalar(select(CustomerRow).where(CustomerRow.shop_id == shop.id, CustomerRow.key == entry.key))
    values = {
        "shop_id": shop.id,
        "key": entry.key,
        "name": entry.name,
        "email": entry.email,
        "language": entry.language or shop.language,
        "spend_cap": None if entry.spend_cap is None else to_minor(entry.spend_cap, shop.currency),
    }
    if known is None:
        count = select(func.count()).where(CustomerRow.shop_id == shop.id)
        values |= {"created_at": now, "position": session.scalars(count).one()}
    row = put(session, known, CustomerRow, values)
    session.flush()
    _write_addresses(session, row.id, entry.addresses)
    _write_payees(session, row.id, entry.payees)
    _write_methods(session, row.id, entry.payment_methods)
    _write_code(session, row.id, entry, now)
    session.flush()
    return row


def _write_addresses(session: Session, owner: int, entries: Sequence[AddressEntry]) -> None:
    known = {row.key: row for row in session.scalars(select(AddressRow).where(AddressRow.customer_id == owner))}
    for position, entry in enumerate(entries):
        values = {**entry.model_dump(), "customer_id": owner, "position": position}
        put(session, known.pop(entry.key, None), AddressRow, values)
    for gone in known.values():
        session.delete(gone)


def _write_payees(session: Session, owner: int, entries: Sequence[PayeeEntry]) -> None:
    known = {row.key: row for row in session.scalars(select(PayeeRow).where(PayeeRow.customer_id == owner))}
    for position, entry in enumerate(entries):
        values = {**entry.model_dump(), "customer_id": owner, "position": position}
        put(session, known.pop(entry.key, None), PayeeRow, values)
    billed = select(BillRow.payee_id).where(BillRow.customer_id == owner)
    gone = [row.id for row in known.values()]
    session.execute(delete(PayeeRow).where(PayeeRow.id.in_(gone), PayeeRow.id.not_in(billed)))


def _write_methods(session: Session, owner: int, entries: Sequence[PaymentMethodEntry]) -> None:
    known = {
        row.key: row for row in session.scalars(select(PaymentMethodRow).where(PaymentMethodRow.customer_id == owner))
    }
    for position, entry in enumerate(entries):
        values = {**entry.model_dump(), "customer_id": owner, "position": position}
        put(session, known.pop(entry.key, None), PaymentMethodRow, values)
    for gone in known.values():
        session.delete(gone)


def _write_code(session: Session, owner: int, entry: CustomerEntry, now: datetime) -> None:
    """Set the voice code unless it is the one that is set: a locked code stays locked."""
    row = session.get(VoiceCodeRow, owner)
    if entry.code is not None and (row is None or not matches(entry.code, row.hash)):
        hashed = hash_code(entry.code)
    elif entry.code_hash is not None and (row is None or row.hash != entry.code_hash):
        hashed = entry.code_hash
    else:
        return
    put(session, row, VoiceCodeRow, {"customer_id": owner, "hash": hashed, "tries": 0, "set_at": now})


def _write_gone_goods(session: Session, shop: ShopInfo, lines: Sequence[OrderLineEntry]) -> None:
    """Keep what past orders hold and the catalogue does not as goods that are no longer sold."""
    known = set(session.scalars(select(VariantRow.sku).where(VariantRow.shop_id == shop.id)))
    for line in {line.sku: line for line in lines if line.sku not in known}.values():
        product = ProductRow(
            shop_id=shop.id,
            key=f"gone-{line.sku}",
            name=line.name,
            spoken=[],
            synonyms=[],
            position=0,
            retired=True,
        )
        session.add(product)
        session.flush()
        variant = VariantRow(
            shop_id=shop.id,
            product_id=product.id,
            sku=line.sku,
            name=line.name,
            spoken=[],
            attributes={},
            price=0,
            tax_ppm=0,
            position=0,
            retired=True,
        )
        session.add(variant)
        session.flush()
        session.add(StockRow(variant_id=variant.id, available=0))
    session.flush()


def _seed_account(session: Session, shop: ShopInfo, owner: int, entry: AccountEntry, now: datetime) -> None:
    seed_account(
        session,
        shop,
        owner,
        key=entry.key,
        name=entry.name,
        kind=entry.kind,
        balance=to_minor(entry.balance, shop.currency),
        at=now,
        spoken=entry.spoken,
        transactions=[
            PastTransaction(
                at=_day(past.day, now),
                amount=to_minor(past.amount, shop.currency),
                merchant=past.merchant,
                category=past.category,
                pending=past.pending,
            )
            for past in entry.transactions
        ],
    )


def _seed_order(
    session: Session, shop: ShopInfo, owner: int, customer: CustomerEntry, order: OrderEntry, now: datetime
) -> None:
    seed_order(
        session,
        shop,
        owner,
        lines=[
            PastLine(
                line.sku,
                line.quantity,
                tuple(ChosenOption(option.group, option.value, option.amount) for option in line.options),
                None if line.price is None else to_minor(line.price, shop.currency),
                _off(line, shop.currency),
            )
            for line in order.lines
        ],
        placed_at=_day(order.placed, now),
        status=OrderStatus(order.status),
        address=order.address or _default_address(customer),
        at=now,
        number=order.number,
        expected_at=None if order.expected is None else _day(order.expected, now),
        discounts=[
            Discount(off.key, off.name, Money(to_minor(off.amount, shop.currency), shop.currency), off.points)
            for off in order.discounts
        ],
    )


def _off(line: OrderLineEntry, currency: str) -> int:
    """Minor units that a discount took off a line."""
    if line.price is None or line.paid is None:
        return 0
    return to_minor(line.price * line.quantity - line.paid, currency)


def _default_address(customer: CustomerEntry) -> str:
    for entry in customer.addresses:
        return address_line(entry.street, entry.city, entry.region, entry.postcode)
    return ""


def _day(relative: str, now: datetime) -> datetime:
    """ "-12d" is twelve days ago, at this time of the day."""
    return now + timedelta(days=int(relative.removesuffix("d")))
