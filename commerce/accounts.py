"""What customers have: accounts with their transactions, and bills to pay.

An account is the customer's face of one account in the ledger. Money leaves it only through a confirmed quote.
"""

from __future__ import annotations

import builtins
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import bindparam, select, update
from sqlalchemy.orm import Session

from commerce.customers import customer_id
from commerce.errors import BillOverpaid, UnknownAccount, UnknownBill
from commerce.ledger import OPENING, OUTSIDE, Books, Transfer, balance_of, payee_account
from commerce.money import Money
from commerce.shop_info import ShopInfo
from commerce.storage.customer_tables import CustomerRow, PayeeRow
from commerce.storage.database import Database
from commerce.storage.ledger_tables import (
    AccountRow,
    BillRow,
    LedgerAccountRow,
    LedgerTransferRow,
    TransactionRow,
)
from commerce.storage.once import insert_once

FLOORS = {"checking": 0, "savings": 0, "store": 0, "credit": None}
"""Kinds of accounts and the least balance of each; what is owed on a credit card is a negative balance."""


@dataclass(frozen=True, slots=True)
class Account:
    """An account of a customer. spoken: names besides `name`; kind: checking, savings, credit or store."""

    id: int
    key: str
    name: str
    spoken: tuple[str, ...]
    kind: str
    balance: Money


@dataclass(frozen=True, slots=True)
class Transaction:
    """One movement of an account. amount: negative when money went out; pending: not yet final at the bank."""

    account_id: int
    merchant: str
    category: str
    amount: Money
    at: datetime
    pending: bool


@dataclass(frozen=True, slots=True)
class Bill:
    """A bill. amount: as billed; outstanding: what is left to pay; due: the last day to pay it in time."""

    id: int
    key: str
    payee: str
    payee_key: str
    amount: Money
    outstanding: Money
    due: date

    @property
    def is_paid(self) -> bool:
        """Whether nothing is left to pay."""
        return self.outstanding.amount == 0


@dataclass(frozen=True, slots=True)
class PastTransaction:
    """A movement to import. amount: minor units, negative when money went out."""

    at: datetime
    amount: int
    merchant: str
    category: str = ""
    pending: bool = False


_ACCOUNTS = (
    select(
        AccountRow.id,
        AccountRow.key,
        AccountRow.name,
        AccountRow.spoken,
        AccountRow.kind,
        LedgerAccountRow.currency,
        balance_of(LedgerAccountRow.id).label("balance"),
    )
    .join(LedgerAccountRow, LedgerAccountRow.id == AccountRow.ledger_account_id)
    .join(CustomerRow, CustomerRow.id == AccountRow.customer_id)
    .where(CustomerRow.shop_id == bindparam("shop"), CustomerRow.key == bindparam("customer"))
    .order_by(AccountRow.position, AccountRow.id)
)


class Accounts:
    """The accounts and bills of one shop's customers.

    `customer` is a customer's key; every method raises UnknownCustomer.
    """

    def __init__(self, database: Database, shop: ShopInfo) -> None:
        self._database = database
        self._shop = shop

    def list(self, customer: str) -> tuple[Account, ...]:
        """The customer's accounts with their balances, the main one first."""
        found = self._database.at_once(_ACCOUNTS, shop=self._shop.id, customer=customer)
        if not found:
            with self._database.reading() as session:
                customer_id(session, self._shop.id, customer)
        return tuple(
            Account(row.id, row.key, row.name, tuple(row.spoken), row.kind, Money(int(row.balance), row.currency))
            for row in found
        )

    def transactions(self, customer: str, account_id: int | None = None, limit: int = 5) -> builtins.list[Transaction]:
        """The newest movements, newest first, of one account or of all. Raises UnknownAccount."""
        with self._database.reading() as session:
            owner = customer_id(session, self._shop.id, customer)
            ids = list(session.scalars(select(AccountRow.id).where(AccountRow.customer_id == owner)))
            if account_id is not None:
                if account_id not in ids:
                    raise UnknownAccount(str(account_id))
                ids = [account_id]
            newest = session.execute(
                select(TransactionRow, LedgerTransferRow, AccountRow.ledger_account_id)
                .join(LedgerTransferRow, LedgerTransferRow.id == TransactionRow.transfer_id)
                .join(AccountRow, AccountRow.id == TransactionRow.account_id)
                .where(TransactionRow.account_id.in_(ids))
                .order_by(LedgerTransferRow.booked_at.desc(), LedgerTransferRow.id.desc())
                .limit(limit)
            )
            return [_transaction(*found) for found in newest]

    def bills(self, customer: str, due_only: bool = True) -> tuple[Bill, ...]:
        """The customer's bills, the one that is due first first; those that are paid too unless `due_only`."""
        with self._database.reading() as session:
            wanted = (
                select(BillRow, PayeeRow)
                .join(PayeeRow, PayeeRow.id == BillRow.payee_id)
                .where(BillRow.customer_id == customer_id(session, self._shop.id, customer))
                .order_by(BillRow.due, BillRow.id)
            )
            if due_only:
                wanted = wanted.where(BillRow.paid < BillRow.amount)
            return tuple(_bill(row, payee, self._shop.currency) for row, payee in session.execute(wanted))


def load_account(session: Session, owner: int, account_id: int) -> tuple[AccountRow, str]:
    """A customer's account and its code in the ledger. Raises UnknownAccount."""
    found = session.execute(
        select(AccountRow, LedgerAccountRow.code)
        .join(LedgerAccountRow, LedgerAccountRow.id == AccountRow.ledger_account_id)
        .where(AccountRow.id == account_id, AccountRow.customer_id == owner)
    ).one_or_none()
    if found is None:
        raise UnknownAccount(str(account_id))
    return found[0], found[1]


def load_bill(session: Session, owner: int, bill_id: int, currency: str) -> Bill:
    """A customer's bill. Raises UnknownBill."""
    found = session.execute(
        select(BillRow, PayeeRow)
        .join(PayeeRow, PayeeRow.id == BillRow.payee_id)
        .where(BillRow.id == bill_id, BillRow.customer_id == owner)
        .execution_options(populate_existing=True)
    ).one_or_none()
    if found is None:
        raise UnknownBill(str(bill_id))
    return _bill(found[0], found[1], currency)


def spend(
    session: Session, shop_id: int, account_id: int, transfer: Transfer, at: datetime, who: str, what: str
) -> None:
    """Book a transfer that touches a customer's account, and show it on the account's statement.

    who, what: the merchant and the category on the statement. Raises InsufficientFunds.
    """
    booked = Books(session, shop_id).transfer(transfer, at)
    insert_once(
        session, TransactionRow, transfer_id=booked, account_id=account_id, merchant=who, category=what, pending=False
    )


def pay_bill(session: Session, bill: Bill, amount: int) -> str:
    """Count `amount` minor units towards the bill and return its payee's code in the ledger.

    Raises BillOverpaid.
    """
    payee = session.execute(
        update(BillRow)
        .where(BillRow.id == bill.id, BillRow.paid + amount <= BillRow.amount)
        .values(paid=BillRow.paid + amount)
        .returning(BillRow.payee_id)
        .execution_options(synchronize_session=False)
    ).scalar_one_or_none()
    if payee is None:
        raise BillOverpaid(bill.id, amount, bill.outstanding.amount)
    return payee_account(payee)


def seed_account(
    session: Session,
    shop: ShopInfo,
    owner: int,
    *,
    key: str,
    name: str,
    kind: str,
    balance: int,
    at: datetime,
    spoken: Sequence[str] = (),
    transactions: Sequence[PastTransaction] = (),
) -> int:
    """Import an account of the customer `owner` (a row id) and return its id.

    balance: minor units at the time `at`, after all the transactions.
    An account of this key that is there is left as it is, with all that happened to it since.
    """
    present = session.scalar(select(AccountRow.id).where(AccountRow.customer_id == owner, AccountRow.key == key))
    if present is not None:
        return present
    position = len(session.scalars(select(AccountRow.id).where(AccountRow.customer_id == owner)).all())
    code = f"account:{owner}:{position}"  # no name in the books: they outlive the customer's wish to be forgotten
    books = Books(session, shop.id)
    books.ensure((OPENING, OUTSIDE), shop.currency)
    ledger_id = books.open_account(code, shop.currency, FLOORS[kind], opening=balance)
    row = AccountRow(
        customer_id=owner,
        ledger_account_id=ledger_id,
        key=key,
        name=name,
        spoken=list(spoken),
        kind=kind,
        position=position,
    )
    session.add(row)
    session.flush()
    opening = balance - sum(transaction.amount for transaction in transactions)
    opened_at = min([at, *(transaction.at for transaction in transactions)])
    _record(books, code, OPENING, opening, f"{code}:opening", shop.currency, opened_at)
    for index, past in enumerate(transactions):
        booked = _record(books, code, OUTSIDE, past.amount, f"{code}:past:{index}", shop.currency, past.at)
        if booked is not None:
            session.add(
                TransactionRow(
                    transfer_id=booked,
                    account_id=row.id,
                    merchant=past.merchant,
                    category=past.category,
                    pending=past.pending,
                )
            )
    session.flush()
    return row.id


def seed_bill(
    session: Session, owner: int, *, key: str, payee: str, amount: int, due: date, is_paid: bool = False
) -> int:
    """Import a bill of the customer `owner` (a row id) from the payee of this key; returns its id.

    A bill of this key that is there is left as it is.
    """
    payee_id = session.scalars(select(PayeeRow.id).where(PayeeRow.customer_id == owner, PayeeRow.key == payee)).one()
    insert_once(
        session,
        BillRow,
        customer_id=owner,
        payee_id=payee_id,
        key=key,
        amount=amount,
        paid=amount if is_paid else 0,
        due=due,
    )
    return session.scalars(select(BillRow.id).where(BillRow.customer_id == owner, BillRow.key == key)).one()


def _record(books: Books, code: str, other: str, amount: int, key: str, currency: str, at: datetime) -> int | None:
    if amount == 0:
        return None
    debit, credit = (other, code) if amount > 0 else (code, other)
    return books.record(Transfer(debit, credit, Money(abs(amount), currency), "imported", code, key), at)


def _transaction(row: TransactionRow, transfer: LedgerTransferRow, ledger_account_id: int) -> Transaction:
    sign = 1 if transfer.credit_id == ledger_account_id else -1
    amount = Money(sign * transfer.amount, transfer.currency)
    return Transaction(row.account_id, row.merchant, row.category, amount, transfer.booked_at, row.pending)


def _bill(row: BillRow, payee: PayeeRow, currency: str) -> Bill:
    outstanding = Money(row.amount - row.paid, currency)
    return Bill(row.id, row.key, payee.name, payee.key, Money(row.amount, currency), outstanding, row.due)
