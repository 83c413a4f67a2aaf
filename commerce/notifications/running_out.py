"""What a reminder of things that run out still has to tell when it is sent. Works inside the caller's transaction."""

from __future__ import annotations

from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from commerce.history import NOT_BOUGHT
from commerce.notifications.events import Channel
from commerce.storage.notification_tables import NotificationRow
from commerce.storage.order_tables import OrderLineRow, OrderRow
from commerce.storage.reorder_tables import ReorderConsentRow
from commerce.storage.shop_tables import ProductRow, VariantRow


def is_wanted(session: Session, row: NotificationRow) -> bool:
    """Whether the customer agrees now to be told so, this way, of anything that was not bought meanwhile.

    The smart speaker only says that a message came: it may when one may come at all.
    """
    consent = session.get(ReorderConsentRow, row.customer_id)
    if consent is None or row.channel not in (consent.channel, Channel.ALEXA.value):
        return False
    return bool(still_missing(session, row))


def still_missing(session: Session, row: NotificationRow) -> list[str]:
    """Names of the products in a reminder, in its order, that were not bought since it was written down."""
    bought = (
        exists()
        .where(OrderRow.customer_id == row.customer_id, OrderRow.placed_at > row.made_at)
        .where(OrderRow.status.not_in(NOT_BOUGHT), OrderLineRow.order_id == OrderRow.id)
        .where(VariantRow.id == OrderLineRow.variant_id, VariantRow.product_id == ProductRow.id)
    )
    wanted = [int(product) for product in str(row.facts["product_ids"]).split()]
    found = session.scalars(select(ProductRow).where(ProductRow.id.in_(wanted), ~bought))
    return [product.name for product in sorted(found, key=lambda product: wanted.index(product.id))]
