"""A shop's customers and what happened to them, as an import reads them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from datetime import date, datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from commerce.catalogue.loading import load_products
from commerce.importing.amounts import to_decimal
from commerce.importing.format import (
    AccountEntry,
    AddressEntry,
    BillEntry,
    CustomerEntry,
    CustomersFile,
    LineOptionEntry,
    OrderDiscountEntry,
    OrderEntry,
    OrderLineEntry,
    PayeeEntry,
    PaymentMethodEntry,
    TransactionEntry,
)
from commerce.ledger import Books
from commerce.order_items import OrderKind
from commerce.order_states import OrderStatus
from commerce.promotions import points
from commerce.shop_info import ShopInfo
from commerce.storage.customer_tables import AddressRow, CustomerRow, PayeeRow, VoiceCodeRow
from commerce.storage.ledger_tables import AccountRow, BillRow, LedgerAccountRow, LedgerTransferRow, TransactionRow
from commerce.storage.opinion_tables import WishRow
from commerce.storage.order_tables import OrderLineRow, OrderRow
from commerce.storage.payment_tables import PaymentMethodRow
from commerce.storage.promotion_tables import OrderDiscountRow
from commerce.storage.shop_tables import VariantRow


def customers_file(session: Session, shop: ShopInfo, now: datetime) -> CustomersFile:
    """Every customer; days count from `now`. Declined orders, which came to nothing, are left out."""
    rows = session.scalars(select(CustomerRow).where(CustomerRow.shop_id == shop.id).order_by(CustomerRow.position))
    offered = _offered(session, shop)
    return CustomersFile(customers=[_Export(session, shop, row, offered, now).entry() for row in rows])


Offered = Mapping[str, Collection[tuple[str, str]]]
"""The options, as group and choice key, with which each SKU on sale can be had."""


def _offered(session: Session, shop: ShopInfo) -> Offered:
    return {
        variant.sku: {(group.key, choice.key) for group in product.option_groups for choice in group.choices}
        for product in load_products(session, shop)
        for variant in product.variants
    }


class _Export:
    """The export of one customer."""

    def __init__(self, session: Session, shop: ShopInfo, row: CustomerRow, offered: Offered, now: datetime) -> None:
        self._session = session
        self._shop = shop
        self._row = row
        self._offered = offered
        self._now = now

    def entry(self) -> CustomerEntry:
        row, code = self._row, self._session.get(VoiceCodeRow, self._row.id)
        return CustomerEntry(
            key=row.key,
            name=row.name,
            email=row.email,
            language=None if row.language == self._shop.language else row.language,
            code_hash=None if code is None else code.hash,
            spend_cap=None if row.spend_cap is None else to_decimal(row.spend_cap, self._shop.currency),
            addresses=self._addresses(),
            payees=self._payees(),
            payment_methods=self._methods(),
            accounts=self._accounts(),
            bills=self._bills(),
            orders=self._orders(),
            points=points.balance(self._session, self._shop.id, row.id),
            wishes=self._wishes(),
        )

    def _addresses(self) -> list[AddressEntry]:
        rows = self._session.scalars(
            select(AddressRow).where(AddressRow.customer_id == self._row.id).order_by(AddressRow.position)
        )
        return [
            AddressEntry(
                key=row.key,
                name=row.name,
                street=row.street,
                city=row.city,
                region=row.region,
                postcode=row.postcode,
                country=row.country,
            )
            for row in rows
        ]

    def _payees(self) -> list[PayeeEntry]:
        rows = self._session.scalars(
            select(PayeeRow).where(PayeeRow.customer_id == self._row.id).order_by(PayeeRow.position)
        )
        return [PayeeEntry(key=row.key, name=row.name, spoken=row.spoken) for row in rows]

    def _methods(self) -> list[PaymentMethodEntry]:
        rows = self._session.scalars(
            select(PaymentMethodRow)
            .where(PaymentMethodRow.customer_id == self._row.id)
            .order_by(PaymentMethodRow.position)
        )
        return [PaymentMethodEntry(key=row.key, name=row.name, token=row.token) for row in rows]

    def _accounts(self) -> list[AccountEntry]:
        books = Books(self._session, self._shop.id)
        rows = self._session.execute(
            select(AccountRow, LedgerAccountRow.code)
            .join(LedgerAccountRow, LedgerAccountRow.id == AccountRow.ledger_account_id)
            .where(AccountRow.customer_id == self._row.id)
            .order_by(AccountRow.position, AccountRow.id)
        ).all()
        return [
            AccountEntry(
                key=row.key,
                name=row.name,
                spoken=row.spoken,
                kind=row.kind,  # type: ignore[arg-type]  # pydantic refuses what the format does not know
                balance=to_decimal(books.balance(code).amount, self._shop.currency),
                transactions=self._transactions(row),
            )
            for row, code in rows
        ]

    def _transactions(self, account: AccountRow) -> list[TransactionEntry]:
        rows = self._session.execute(
            select(TransactionRow, LedgerTransferRow)
            .join(LedgerTransferRow, LedgerTransferRow.id == TransactionRow.transfer_id)
            .where(TransactionRow.account_id == account.id)
            .order_by(LedgerTransferRow.booked_at, LedgerTransferRow.id)
        )
        return [
            TransactionEntry(
                day=self._relative(transfer.booked_at),
                amount=to_decimal(
                    transfer.amount if transfer.credit_id == account.ledger_account_id else -transfer.amount,
                    transfer.currency,
                ),
                merchant=row.merchant,
                category=row.category,
                pending=row.pending,
            )
            for row, transfer in rows
        ]

    def _bills(self) -> list[BillEntry]:
        """What is left to pay of each bill; a bill that was paid counts as paid on the day it was due, or today."""
        rows = self._session.execute(
            select(BillRow, PayeeRow.key)
            .join(PayeeRow, PayeeRow.id == BillRow.payee_id)
            .where(BillRow.customer_id == self._row.id)
            .order_by(BillRow.due, BillRow.id)
        )
        today = self._now.date()
        return [
            BillEntry(
                key=row.key,
                payee=payee,
                amount=to_decimal(row.amount - row.paid if row.paid < row.amount else row.amount, self._shop.currency),
                due=_relative_day(row.due, today),
                paid=_relative_day(min(row.due, today), today) if row.paid == row.amount else None,
            )
            for row, payee in rows
        ]

    def _orders(self) -> list[OrderEntry]:
        rows = self._session.scalars(
            select(OrderRow)
            .where(OrderRow.customer_id == self._row.id, OrderRow.kind == OrderKind.GOODS)
            .where(OrderRow.status != OrderStatus.DECLINED)
            .order_by(OrderRow.placed_at, OrderRow.id)
        ).all()
        lines = self._lines(row.id for row in rows)
        discounts = self._discounts(row.id for row in rows)
        return [
            OrderEntry(
                number=str(row.number),
                placed=self._relative(row.placed_at),
                status=row.status,  # type: ignore[arg-type]  # pydantic refuses what the format does not know
                expected=None if row.expected_at is None else self._relative(row.expected_at),
                address=row.address or None,
                lines=lines[row.id],
                discounts=discounts[row.id],
            )
            for row in rows
        ]

    def _lines(self, order_ids: Iterable[int]) -> dict[int, list[OrderLineEntry]]:
        found: dict[int, list[OrderLineEntry]] = defaultdict(list)
        rows = self._session.scalars(
            select(OrderLineRow)
            .where(OrderLineRow.order_id.in_(list(order_ids)))
            .order_by(OrderLineRow.order_id, OrderLineRow.position)
        )
        for row in rows:
            found[row.order_id].append(self._line(row))
        return found

    def _discounts(self, order_ids: Iterable[int]) -> dict[int, list[OrderDiscountEntry]]:
        found: dict[int, list[OrderDiscountEntry]] = defaultdict(list)
        rows = self._session.scalars(
            select(OrderDiscountRow)
            .where(OrderDiscountRow.order_id.in_(list(order_ids)))
            .order_by(OrderDiscountRow.order_id, OrderDiscountRow.position)
        )
        for row in rows:
            amount = to_decimal(row.amount, self._shop.currency)
            entry = OrderDiscountEntry(key=row.key, name=row.name, amount=amount, points=row.points)
            found[row.order_id].append(entry)
        return found

    def _wishes(self) -> list[str]:
        """What is on the wish list and still sold."""
        wished = (
            select(VariantRow.sku)
            .join(WishRow, WishRow.variant_id == VariantRow.id)
            .where(WishRow.customer_id == self._row.id)
            .order_by(WishRow.added_at, VariantRow.id)
        )
        return [sku for sku in self._session.scalars(wished) if sku in self._offered]

    def _line(self, row: OrderLineRow) -> OrderLineEntry:
        """A line with the options that the catalogue still knows; it names what is no longer sold."""
        offered, full = self._offered.get(row.sku, ()), row.unit_price * row.quantity
        return OrderLineEntry(
            sku=row.sku,
            name=None if row.sku in self._offered else row.name,
            quantity=row.quantity,
            options=[
                LineOptionEntry(group=str(group), value=str(value), amount=amount)
                for group, value, amount in row.options
                if (group, value) in offered
            ],
            price=to_decimal(row.unit_price, self._shop.currency),
            paid=None if row.total == full else to_decimal(row.total, self._shop.currency),
        )

    def _relative(self, at: datetime) -> str:
        return f"{round((at - self._now) / timedelta(days=1)):+d}d"


def _relative_day(day: date, today: date) -> str:
    return f"{(day - today).days:+d}d"
