"""New customers, their addresses, and voice codes that were forgotten or locked."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pydantic import ValidationError
from sqlalchemy import delete, select

from commerce.clock import Clock
from commerce.customers import Customer, Customers, customer_id
from commerce.errors import CustomerExists, InvalidCustomer
from commerce.importing.catalogue_rows import put
from commerce.importing.customer_rows import write_customers
from commerce.importing.format import AddressEntry, CustomerEntry, CustomersFile
from commerce.shop_info import ShopInfo
from commerce.storage.customer_tables import AddressRow, CustomerRow, VoiceCodeRow
from commerce.storage.database import Database


def add_customer(database: Database, shop: ShopInfo, clock: Clock, fields: Mapping[str, Any]) -> Customer:
    """Add a customer. fields: those of a customer in a shop's files (`key`, `name`, `email`, `addresses`...).

    Raises CustomerExists, InvalidCustomer.
    """
    key = str(fields.get("key", ""))
    try:
        entry = CustomerEntry.model_validate(dict(fields))
    except ValidationError as error:
        raise InvalidCustomer(key, _problems(error)) from error
    with database.transaction() as session:
        taken = select(CustomerRow.id).where(CustomerRow.shop_id == shop.id, CustomerRow.key == key)
        if session.scalar(taken) is not None:
            raise CustomerExists(key)
        write_customers(session, shop, CustomersFile(customers=[entry]), clock.now())
    return Customers(database, shop, clock).get(key)


def set_address(database: Database, shop: ShopInfo, clock: Clock, customer: str, fields: Mapping[str, Any]) -> Customer:
    """Add an address, or change the one of its key; the first one of a customer is where orders go.

    fields: those of an address in a shop's files (`key`, `name`, `street`, `city`...).
    Raises UnknownCustomer, InvalidCustomer.
    """
    try:
        entry = AddressEntry.model_validate(dict(fields))
    except ValidationError as error:
        raise InvalidCustomer(customer, _problems(error)) from error
    with database.transaction() as session:
        owner = customer_id(session, shop.id, customer)
        known = session.scalars(select(AddressRow).where(AddressRow.customer_id == owner)).all()
        row = next((row for row in known if row.key == entry.key), None)
        position = max((row.position for row in known), default=-1) + 1 if row is None else row.position
        put(session, row, AddressRow, {**entry.model_dump(), "customer_id": owner, "position": position})
    return Customers(database, shop, clock).get(customer)


def remove_address(database: Database, shop: ShopInfo, customer: str, key: str) -> None:
    """Forget an address; one that is not there is no harm, and orders on their way keep it. Raises UnknownCustomer."""
    with database.transaction() as session:
        owner = customer_id(session, shop.id, customer)
        session.execute(delete(AddressRow).where(AddressRow.customer_id == owner, AddressRow.key == key))


def remove_code(database: Database, shop: ShopInfo, customer: str) -> None:
    """Take the voice code away, locked or not: until a new one is set, what needs a code can't be bought.

    Raises UnknownCustomer.
    """
    with database.transaction() as session:
        owner = customer_id(session, shop.id, customer)
        session.execute(delete(VoiceCodeRow).where(VoiceCodeRow.customer_id == owner))


def _problems(error: ValidationError) -> list[str]:
    return [f"{'.'.join(map(str, one['loc']))}: {one['msg']}" for one in error.errors()]
