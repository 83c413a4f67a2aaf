"""Every table: importing this module fills `Base.metadata`."""

from __future__ import annotations

from commerce.storage import (
    afterwards_tables,
    cart_tables,
    customer_tables,
    delivery_tables,
    ledger_tables,
    link_tables,
    login_tables,
    notification_tables,
    opinion_tables,
    order_tables,
    payment_tables,
    promotion_tables,
    reorder_tables,
    session_tables,
    shop_tables,
    skill_tables,
    worker_tables,
)
from commerce.storage.base import Base

__all__ = [
    "Base",
    "afterwards_tables",
    "cart_tables",
    "customer_tables",
    "delivery_tables",
    "ledger_tables",
    "link_tables",
    "login_tables",
    "notification_tables",
    "opinion_tables",
    "order_tables",
    "payment_tables",
    "promotion_tables",
    "reorder_tables",
    "session_tables",
    "shop_tables",
    "skill_tables",
    "worker_tables",
]
