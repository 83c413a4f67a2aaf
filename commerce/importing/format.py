"""The format of a shop's files: one folder a shop, up to five YAML files.

shop.yaml is a `ShopFile`, catalogue.yaml a `CatalogueFile`, customers.yaml (optional) a `CustomersFile`; the format of
promotions.yaml and reviews.yaml (both optional) is in `promotion_format`.
Prices and amounts are decimal numbers of the shop's currency; dates are relative to the import: "-12d", "+3d".
"""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, StringConstraints


def written_like(pattern: str, saying: str) -> AfterValidator:
    """Text that fits a pattern as a whole. saying: what it should be, for people."""

    def check(text: str) -> str:
        if not re.fullmatch(pattern, text):
            raise ValueError(f"should be {saying}")
        return text

    return AfterValidator(check)


def _whole_number(value: object) -> object:
    return Decimal(value) if isinstance(value, int) and not isinstance(value, bool) else value


def _one_or_several(value: object) -> object:
    if value is None:
        return []
    return [value] if isinstance(value, str) else value


Key = Annotated[str, written_like(r"[a-z0-9][a-z0-9-]{0,63}", "lower-case letters, digits and hyphens, at most 64")]
Sku = Annotated[str, written_like(r"[A-Za-z0-9][A-Za-z0-9._-]{0,99}", "letters, digits, dots and hyphens")]
Language = Annotated[str, written_like(r"[a-z]{2}(-[A-Z]{2})?", 'a language such as "en" or "en-US"')]
Currency = Annotated[str, written_like(r"[A-Z]{3}", 'a currency such as "USD"')]
Country = Annotated[str, written_like(r"[A-Z]{2}", 'a country such as "US"')]
Email = Annotated[str, written_like(r"[^@\s]+@[^@\s]+", "an e-mail address")]
Digits = Annotated[str, written_like(r"[0-9]{4,8}", "four to eight digits")]
OrderNumber = Annotated[str, written_like(r"[A-Z0-9-]{1,20}", "at most 20 capital letters, digits and hyphens")]
Day = Annotated[str, written_like(r"[+-]\d{1,4}d", 'a day counted from today, such as "-12d" or "+3d"')]
Text = Annotated[str, StringConstraints(min_length=1, max_length=400, strip_whitespace=True)]
Number = Annotated[Decimal, BeforeValidator(_whole_number)]
Amount = Annotated[Number, Field(gt=-1_000_000_000, lt=1_000_000_000, decimal_places=3)]
Price = Annotated[Number, Field(ge=0, lt=1_000_000_000, decimal_places=3)]
Rate = Annotated[Number, Field(ge=0, lt=1, decimal_places=6)]


class Strict(BaseModel):
    """No unknown fields, no silent conversions (a price may be written as 2 or 2.49, a name never as a number)."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)


class DeliveryEntry(Strict):
    """fee: of one order; free_from: subtotal from which it is waived; days: working time until it arrives."""

    fee: Price = Decimal(0)
    free_from: Price | None = None
    days: int = Field(default=1, ge=0, le=60)


class ShopFile(Strict):
    """shop.yaml. seller: the legal seller, as read out before a purchase; address: where the seller can be reached."""

    key: Key
    name: Text
    kind: Literal["groceries", "cafe", "bank", "pizzeria"]
    currency: Currency
    language: Language = "en"
    seller: Text
    address: Text
    returns: Text
    delivery: DeliveryEntry = DeliveryEntry()
    prices_include_tax: bool = False


class ChoiceEntry(Strict):
    """A choice of an option group. price: added to the unit price, may be negative."""

    key: Key
    name: Text
    spoken: list[Text] = []
    price: Amount = Decimal(0)


class OptionGroupEntry(Strict):
    """A set of modifiers. default: one choice's key, or several; a `minimum` without it makes the shopper choose."""

    key: Key
    name: Text
    minimum: int = Field(default=0, ge=0)
    maximum: int = Field(default=1, ge=1)
    default: Annotated[list[Key], BeforeValidator(_one_or_several)] = []
    amounts: list[Text] = []
    choices: list[ChoiceEntry] = Field(min_length=1)


class VariantEntry(Strict):
    """What is sold. attributes: such as {size: 1 litre}; name: the product's name and the attributes when left out;
    stock: null where nobody counts; tax: the product's when left out; back_orders: units that may be sold before they
    are here; substitutes: SKUs to offer when this is out, the best first.
    """

    sku: Sku
    name: Text | None = None
    attributes: dict[Key, Text] = {}
    spoken: list[Text] = []
    price: Price
    stock: Annotated[int, Field(ge=0, le=10_000_000)] | None = None
    tax: Rate | None = None
    back_orders: int = Field(default=0, ge=0, le=10_000_000)
    substitutes: list[Sku] = []


class ProductEntry(Strict):
    """A product. spoken: how the name is said; synonyms: other names; unit: what is counted ("carton")."""

    key: Key
    name: Text
    brand: Text | None = None
    category: Text | None = None
    unit: Text | None = None
    spoken: list[Text] = []
    synonyms: list[Text] = []
    tax: Rate = Decimal(0)
    options: list[Key] = []
    variants: list[VariantEntry] = Field(min_length=1)


class CatalogueFile(Strict):
    """catalogue.yaml."""

    option_groups: list[OptionGroupEntry] = []
    products: list[ProductEntry] = []


class AddressEntry(Strict):
    """Where orders can go; a customer's first address is the default one."""

    key: Key
    name: Text
    street: Text
    city: Text
    region: Text | None = None
    postcode: Text
    country: Country


class PayeeEntry(Strict):
    """Somebody whose bills the customer pays. spoken: other names."""

    key: Key
    name: Text
    spoken: list[Text] = []


class TransactionEntry(Strict):
    """A past movement of an account. amount: negative when money went out; merchant: the other side, as read out."""

    day: Day
    amount: Amount
    merchant: Text
    category: Text = "other"
    pending: bool = False


class AccountEntry(Strict):
    """An account. balance: today's, after all the transactions (what is owed on a credit card is negative)."""

    key: Key
    name: Text
    spoken: list[Text] = []
    kind: Literal["checking", "savings", "credit", "store"]
    balance: Amount
    transactions: list[TransactionEntry] = []


class PaymentMethodEntry(Strict):
    """How the customer pays at a gateway: its token, and a name to speak of ("Visa ending in 4242"). No card data."""

    key: Key
    name: Text
    token: Text


class BillEntry(Strict):
    """A bill. payee: the key of one of the customer's payees; paid: the day it was paid, or null while it is due."""

    key: Key
    payee: Key
    amount: Price
    due: Day
    paid: Day | None = None


class LineOptionEntry(Strict):
    """A choice made for an ordered item."""

    group: Key
    value: Key
    amount: Text | None = None


class OrderLineEntry(Strict):
    """A line of a past order. price: of a unit, today's (with options) when left out.

    paid: for the whole line, where a discount was taken off; it needs a price too.
    name: of something that the catalogue no longer holds; it needs a price too.
    """

    sku: Sku
    name: Text | None = None
    quantity: int = Field(default=1, ge=1, le=99)
    options: list[LineOptionEntry] = []
    price: Price | None = None
    paid: Price | None = None


class OrderDiscountEntry(Strict):
    """What was taken off a past order. key: the promotion's, or "points"; points: paid for it, else 0."""

    key: Key
    name: Text
    amount: Price
    points: int = Field(default=0, ge=0)


class OrderEntry(Strict):
    """A past order. number: unique in the shop; expected: when it arrives or arrived.

    address: where it went, on one line; the customer's default one when left out.
    discounts: their amounts are what the lines' `paid` leave out.
    """

    number: OrderNumber
    placed: Day
    status: Literal["placed", "paid", "accepted", "dispatched", "delivered", "cancelled"]
    expected: Day | None = None
    address: Text | None = None
    lines: list[OrderLineEntry] = Field(min_length=1)
    discounts: list[OrderDiscountEntry] = []


class CustomerEntry(Strict):
    """A customer. code: the voice code's digits, hashed at once; code_hash: as an export writes it;
    spend_cap: the most that one order may cost; language: the shop's when left out.
    points: how many the customer has of the shop's points; wishes: SKUs on the wish list, the oldest first.
    """

    key: Key
    name: Text
    email: Email | None = None
    language: Language | None = None
    code: Digits | None = None
    code_hash: Text | None = None
    spend_cap: Price | None = None
    addresses: list[AddressEntry] = []
    payees: list[PayeeEntry] = []
    payment_methods: list[PaymentMethodEntry] = []
    accounts: list[AccountEntry] = []
    bills: list[BillEntry] = []
    orders: list[OrderEntry] = []
    points: int = Field(default=0, ge=0, le=1_000_000_000)
    wishes: list[Sku] = []


class CustomersFile(Strict):
    """customers.yaml."""

    customers: list[CustomerEntry] = []
