"""Everything that is kept about one customer, table by table, as the customer may ask for it."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import select

from commerce.customers import customer_id
from commerce.privacy.fates import IMPERSONAL, SECRET, belongs
from commerce.shop_info import ShopInfo
from commerce.storage.database import Database
from commerce.storage.tables import Base

Rows = list[dict[str, Any]]


def everything_about(database: Database, shop: ShopInfo, customer: str) -> dict[str, Rows]:
    """The customer's rows by table, with values as JSON knows them; amounts are minor units.

    Hashes of voice codes and tokens of links are left out: they are of no use to the customer, but to a thief.
    Raises UnknownCustomer.
    """
    found: dict[str, Rows] = {}
    with database.reading() as session:
        owner = customer_id(session, shop.id, customer)
        for table in Base.metadata.sorted_tables:
            if table.name in IMPERSONAL:
                continue
            shown = [column for column in table.c if (table.name, column.name) not in SECRET]
            rows = session.execute(select(*shown).where(belongs(table, owner)).order_by(*table.primary_key))
            found[table.name] = [{name: _plain(value) for name, value in row._mapping.items()} for row in rows]
    return found


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, (date, datetime)) else value
