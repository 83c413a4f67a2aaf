"""What each table knows about customers, and what becomes of it when one is forgotten.

A test sees to it that every table is in one of the three lists. What the law wants kept (orders, payments, the books)
stays, without anything that leads back to the person.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from sqlalchemy import ColumnElement, String, Table, case, cast, literal, or_, select

from commerce.order_items import OrderKind
from commerce.promotions.points import points_account
from commerce.storage.tables import Base

TABLES: Mapping[str, Table] = Base.metadata.tables
FORGOTTEN = "forgotten"

IMPERSONAL = frozenset(
    {
        "deliveries",
        "loyalty",
        "option_choices",
        "option_groups",
        "outbox",
        "product_options",
        "products",
        "promotions",
        "rates",
        "reviews",
        "shops",
        "stock",
        "substitutes",
        "variants",
        "webhooks",
        "workers",
    }
)
"""Tables about shops and what they sell; the outbox, which holds numbers only; tries and requests by a hash."""

REMOVED = frozenset(
    {
        "account_transactions",
        "addresses",
        "bills",
        "cart_benefits",
        "cart_changes",
        "cart_lines",
        "carts",
        "contacts",
        "idempotency_keys",
        "links",
        "logins",
        "oauth_codes",
        "oauth_tokens",
        "pairings",
        "password_resets",
        "payees",
        "payment_methods",
        "quotes",
        "reorder_consents",
        "reorder_reminders",
        "reservations",
        "sessions",
        "sittings",
        "skill_users",
        "speakers",
        "voice_codes",
        "wishes",
    }
)
"""Tables whose rows go."""

Blank = Callable[[Table], Any]


def _numbered(table: Table) -> Any:
    """A value that is unique and says nothing: "forgotten-17"."""
    return literal(f"{FORGOTTEN}-") + cast(table.c.id, String)


KEPT: Mapping[str, Mapping[str, Blank]] = {
    "accounts": {"key": _numbered, "name": lambda _: FORGOTTEN, "spoken": lambda _: []},
    "customers": {
        "key": _numbered,
        "name": lambda _: FORGOTTEN,
        "email": lambda _: None,
        "spend_cap": lambda _: None,
    },
    "ledger_accounts": {"code": _numbered},
    "ledger_balances": {},
    "ledger_transfers": {},
    "notifications": {"facts": lambda _: {}, "note": lambda _: ""},
    "order_discounts": {},
    "order_events": {},
    "order_lines": {"name": lambda table: case((table.c.variant_id.is_(None), FORGOTTEN), else_=table.c.name)},
    "orders": {
        "address": lambda _: "",
        "payee": lambda table: case((table.c.kind == OrderKind.BILL.value, FORGOTTEN), else_=table.c.payee),
    },
    "parcel_lines": {},
    "parcels": {"tracking": lambda _: ""},
    "payments": {"token": lambda _: "", "reason": lambda _: "", "finish_at": lambda _: None},
    "refunds": {},
    "return_lines": {},
    "returns": {"reason": lambda _: ""},
    "stripe_intents": {},
}
"""Tables whose rows stay: which columns are written over, and with what. A line of a bill names its payee."""

SECRET = {
    ("contacts", "unsubscribe_token"),
    ("logins", "password"),
    ("oauth_codes", "challenge"),
    ("oauth_codes", "code"),
    ("oauth_tokens", "access"),
    ("oauth_tokens", "refresh"),
    ("pairings", "device_code"),
    ("pairings", "user_code"),
    ("password_resets", "token"),
    ("sittings", "token"),
    ("voice_codes", "hash"),
}
"""Columns that are not shown to anybody."""


def belongs(table: Table, customer: int) -> ColumnElement[bool]:
    """Which rows of a table are about a customer (a row id). Found along the foreign keys that lead to the customer."""
    if table.name == "customers":
        return table.c.id == customer
    if "customer_id" in table.c:
        return table.c.customer_id == customer
    if table.name == "ledger_accounts":
        accounts = TABLES["accounts"]
        money = table.c.id.in_(select(accounts.c.ledger_account_id).where(accounts.c.customer_id == customer))
        return or_(money, table.c.code == points_account(customer))
    if table.name == "ledger_transfers":
        return _booked(table, customer)
    if table.name == "account_transactions":  # a transfer has two sides, of two customers perhaps
        accounts = TABLES["accounts"]
        return table.c.account_id.in_(select(accounts.c.id).where(accounts.c.customer_id == customer))
    owners = [key for key in table.foreign_keys if key.column.table.name not in IMPERSONAL]
    if not owners:
        raise LookupError(f"nothing leads from {table.name} to a customer")
    ways = [key.parent.in_(select(key.column).where(belongs(key.column.table, customer))) for key in owners]
    return or_(*ways)


def _booked(transfers: Table, customer: int) -> ColumnElement[bool]:
    """Transfers of the customer's accounts, and those that were booked for the customer's orders."""
    accounts, orders = TABLES["ledger_accounts"], TABLES["orders"]
    own = select(accounts.c.id).where(belongs(accounts, customer))
    references = select(literal("order:") + cast(orders.c.id, String)).where(orders.c.customer_id == customer)
    return or_(transfers.c.debit_id.in_(own), transfers.c.credit_id.in_(own), transfers.c.reference.in_(references))
