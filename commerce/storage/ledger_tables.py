"""Tables of the ledger and of what lies on it: the customers' accounts and bills."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import (
    JSON,
    BigInteger,
    CheckConstraint,
    Date,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    Integer,
    String,
    Text,
    UniqueConstraint,
)
from sqlalchemy.orm import Mapped, mapped_column

from commerce.storage.base import Base
from commerce.storage.types import UtcDateTime

BigId = BigInteger().with_variant(Integer, "sqlite")  # SQLite numbers only INTEGER keys by itself
ACCOUNT_OF_CURRENCY = ["ledger_accounts.id", "ledger_accounts.currency"]


class LedgerAccountRow(Base):
    """One side of transfers. code: its name in the books of the shop, such as `sales` or `credit:anna`."""

    __tablename__ = "ledger_accounts"
    __table_args__ = (
        UniqueConstraint("shop_id", "code"),
        UniqueConstraint("id", "currency"),  # what the transfers' foreign keys point at
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    shop_id: Mapped[int] = mapped_column(ForeignKey("shops.id"))
    code: Mapped[str] = mapped_column(String(160))
    currency: Mapped[str] = mapped_column(String(3))


class LedgerTransferRow(Base):
    """One transfer: `amount` minor units leave the debit account and arrive at the credit account.

    Never changed: the migrations add triggers that refuse every update and delete.

    Both accounts must be of the transfer's currency: the foreign keys include it.
    key: unique within a shop, so that the same transfer can't be booked twice.
    reference: what it was for, such as `order:17`.
    """

    __tablename__ = "ledger_transfers"
    __table_args__ = (
        CheckConstraint("amount > 0", name="amount_positive"),
        CheckConstraint("debit_id <> credit_id", name="two_accounts"),
        ForeignKeyConstraint(
            ["debit_id", "currency"],
            ["ledger_accounts.id", "ledger_accounts.currency"],
            name="fk_ledger_transfers_debit",
        ),
        ForeignKeyConstraint(
            ["credit_id", "currency"],
            ["ledger_accounts.id", "ledger_accounts.currency"],
            name="fk_ledger_transfers_credit",
        ),
        UniqueConstraint("shop_id", "key"),
        Index("ix_ledger_transfers_debit_id_booked_at", "debit_id", "booked_at"),
        Index("ix_ledger_transfers_credit_id_booked_at", "credit_id", "booked_at"),
        Index("ix_ledger_transfers_shop_id_reference", "shop_id", "reference"),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    shop_id: Mapped[int] = mapped_column(ForeignKey("shops.id"))
    debit_id: Mapped[int] = mapped_column(Integer)
    credit_id: Mapped[int] = mapped_column(Integer)
    amount: Mapped[int] = mapped_column(BigInteger)
    currency: Mapped[str] = mapped_column(String(3))
    kind: Mapped[str] = mapped_column(String(32))
    reference: Mapped[str] = mapped_column(String(160))
    key: Mapped[str] = mapped_column(String(160))
    booked_at: Mapped[datetime] = mapped_column(UtcDateTime)


class LedgerBalanceRow(Base):
    """The balance of an account that must not fall below `floor`, kept beside its transfers; the database refuses less.

    Accounts without a floor have no such row: their balance is the sum of their transfers, and nobody queues for them.
    """

    __tablename__ = "ledger_balances"
    __table_args__ = (CheckConstraint("balance >= floor", name="not_below_floor"),)

    account_id: Mapped[int] = mapped_column(ForeignKey("ledger_accounts.id"), primary_key=True)
    balance: Mapped[int] = mapped_column(BigInteger)
    floor: Mapped[int] = mapped_column(BigInteger)


class AccountRow(Base):
    """A customer's account as the customer knows it. kind: checking, savings, credit, store."""

    __tablename__ = "accounts"
    __table_args__ = (UniqueConstraint("customer_id", "key"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    customer_id: Mapped[int] = mapped_column(ForeignKey("customers.id"))
    ledger_account_id: Mapped[int] = mapped_column(ForeignKey("ledger_accounts.id"), unique=True)
    key: Mapped[str] = mapped_column(String(64))
    name: Mapped[str] = mapped_column(Text)
    spoken: Mapped[list[str]] = mapped_column(JSON)
    kind: Mapped[str] = mapped_column(String(32))
    position: Mapped[int] = mapped_column(Integer)


class TransactionRow(Base):
    """What a transfer looks like on the statement of one account; the transfer holds amount and time."""

    __tablename__ = "account_transactions"
    __table_args__ = (Index("ix_account_transactions_account_id_transfer_id", "account_id", "transfer_id"),)

    transfer_id: Mapped[int] = mapped_column(ForeignKey("ledger_transfers.id"), primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("accounts.id"), primary_key=True)
    merchant: Mapped[str] = mapped_column(Text)
    category: Mapped[str] = mapped_column(String(64))
    pending: Mapped[bool] = mapped_column()


class BillRow(Base):
    """A bill of a payee. paid: minor units paid so far, never more than the amount."""

    __tablename__ = "bills"
    __table_args__ = (
        CheckConstraint("amount > 0", name="amount_positive"),
        CheckConstraint("paid >= 0 AND paid <= amount", name="not_overpaid"),
        UniqueConstraint("customer_id", "key"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    customer_id: Mapped[int] = mapped_column(ForeignKey("customers.id"))
    payee_id: Mapped[int] = mapped_column(ForeignKey("payees.id"), index=True)
    key: Mapped[str] = mapped_column(String(64))
    amount: Mapped[int] = mapped_column(BigInteger)
    paid: Mapped[int] = mapped_column(BigInteger)
    due: Mapped[date] = mapped_column(Date)
