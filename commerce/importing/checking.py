"""What must hold between the parts of a shop's files."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

from pydantic import BaseModel

from commerce.accounts import FLOORS
from commerce.cart_items import ChosenOption, settle_options
from commerce.catalogue.products import OptionChoice, OptionGroup
from commerce.errors import OptionError
from commerce.importing.amounts import fits, is_known
from commerce.importing.format import (
    CatalogueFile,
    CustomerEntry,
    CustomersFile,
    OptionGroupEntry,
    OrderEntry,
    OrderLineEntry,
    ProductEntry,
    ShopFile,
)
from commerce.importing.promotion_checking import check_promotions, check_reviews
from commerce.importing.promotion_format import PromotionsFile, ReviewsFile
from commerce.importing.reading import Model, Place, Problem, Source, read
from commerce.money import Money
from commerce.voice_codes import is_hash

RATES = ("tax", "percent")
"""Decimal fields that are no amounts."""


@dataclass(frozen=True, slots=True)
class ShopFiles:
    """A shop's files, free of problems. shop_source: for problems that only the database shows."""

    shop: ShopFile
    shop_source: Source[ShopFile]
    catalogue: CatalogueFile
    customers: CustomersFile
    promotions: PromotionsFile
    reviews: ReviewsFile


def check(folder: Path) -> list[Problem]:
    """Everything that is wrong with a shop's files, in reading order; empty when they can be imported."""
    return _load(folder)[1]


def load(folder: Path) -> ShopFiles | list[Problem]:
    """The files, or everything that is wrong with them."""
    files, problems = _load(folder)
    return files if files is not None else problems


def _load(folder: Path) -> tuple[ShopFiles | None, list[Problem]]:
    if not folder.is_dir():
        return None, [Problem(str(folder), 1, "", "is no folder with a shop's files")]
    shop = read(folder / "shop.yaml", ShopFile)
    catalogue = read(folder / "catalogue.yaml", CatalogueFile)
    customers = _read_if_there(folder / "customers.yaml", CustomersFile)
    promotions = _read_if_there(folder / "promotions.yaml", PromotionsFile)
    reviews = _read_if_there(folder / "reviews.yaml", ReviewsFile)
    sources: list[Source[BaseModel]] = [shop, catalogue, customers, promotions, reviews]
    problems = [problem for source in sources for problem in source.problems]
    if shop.content and catalogue.content:
        problems += _check_currency(shop, shop.content.currency, sources)
    if catalogue.content:
        problems += _check_catalogue(catalogue, catalogue.content)
    if catalogue.content and customers.content:
        problems += _check_customers(customers, customers.content, catalogue.content)
    if catalogue.content and promotions.content:
        problems += check_promotions(promotions, promotions.content, catalogue.content)
    if catalogue.content and reviews.content:
        problems += check_reviews(reviews, reviews.content, catalogue.content)
    if problems or not (
        shop.content and catalogue.content and customers.content and promotions.content and reviews.content
    ):
        return None, problems
    contents = (catalogue.content, customers.content, promotions.content, reviews.content)
    return ShopFiles(shop.content, shop, *contents), []


def _read_if_there(path: Path, model: type[Model]) -> Source[Model]:
    return read(path, model) if path.exists() else Source(path.name, model())


def _check_currency(shop: Source[ShopFile], currency: str, sources: Iterable[Source[BaseModel]]) -> Iterator[Problem]:
    if not is_known(currency):
        yield shop.problem(("currency",), f"{currency} is no currency")
        return
    for source in sources:
        for place, amount in _amounts(source.content, ()):
            if place[-1] not in RATES and not fits(amount, currency):
                yield source.problem(place, f"{amount} has more decimals than {currency} has")


def _amounts(value: object, place: Place) -> Iterator[tuple[Place, Decimal]]:
    if isinstance(value, Decimal):
        yield place, value
    elif isinstance(value, BaseModel):
        for name in type(value).model_fields:
            yield from _amounts(getattr(value, name), (*place, name))
    elif isinstance(value, list):
        for index, item in enumerate(value):
            yield from _amounts(item, (*place, index))


def _check_catalogue(source: Source[CatalogueFile], catalogue: CatalogueFile) -> Iterator[Problem]:
    yield from source.repeated(("option_groups",), "key", [group.key for group in catalogue.option_groups])
    yield from source.repeated(("products",), "key", [product.key for product in catalogue.products])
    for index, group in enumerate(catalogue.option_groups):
        yield from _check_group(source, ("option_groups", index), group)
    known = {group.key for group in catalogue.option_groups}
    owners: dict[str, str] = {}
    for index, product in enumerate(catalogue.products):
        yield from _check_product(source, ("products", index), product, known, owners)
    for index, product in enumerate(catalogue.products):
        yield from _check_substitutes(source, ("products", index), product, owners)


def _check_substitutes(
    source: Source[CatalogueFile], place: Place, product: ProductEntry, owners: Mapping[str, str]
) -> Iterator[Problem]:
    for index, variant in enumerate(product.variants):
        inner = (*place, "variants", index, "substitutes")
        yield from source.repeated(inner, None, variant.substitutes)
        for position, sku in enumerate(variant.substitutes):
            if sku == variant.sku or sku not in owners:
                yield source.problem((*inner, position), f"{sku} is no other SKU of this shop")


def _check_group(source: Source[CatalogueFile], place: Place, group: OptionGroupEntry) -> Iterator[Problem]:
    keys = [choice.key for choice in group.choices]
    yield from source.repeated((*place, "choices"), "key", keys)
    if not group.minimum <= group.maximum <= len(keys):
        yield source.problem(
            (*place, "maximum"), f"should be at least the minimum, {group.minimum}, and at most {len(keys)} choices"
        )
    for default in group.default:
        if default not in keys:
            yield source.problem((*place, "default"), f"{default!r} is none of the choices: {', '.join(keys)}")
    if group.default and not group.minimum <= len(group.default) <= group.maximum:
        yield source.problem(
            (*place, "default"), f"should be {group.minimum} to {group.maximum} choices, not {len(group.default)}"
        )


def _check_product(
    source: Source[CatalogueFile], place: Place, product: ProductEntry, groups: set[str], owners: dict[str, str]
) -> Iterator[Problem]:
    yield from source.repeated((*place, "options"), None, product.options)
    for index, key in enumerate(product.options):
        if key not in groups:
            yield source.problem((*place, "options", index), f"there is no option group {key!r}")
    attributes: list[Mapping[str, str]] = []
    for index, variant in enumerate(product.variants):
        inner = (*place, "variants", index)
        if variant.sku in owners:
            yield source.problem((*inner, "sku"), f"{variant.sku} is a SKU of {owners[variant.sku]!r} too")
        owners.setdefault(variant.sku, product.key)
        if variant.attributes in attributes:
            yield source.problem(inner, "can't be told from another variant: their attributes are the same")
        attributes.append(variant.attributes)


def _check_customers(
    source: Source[CustomersFile], content: CustomersFile, catalogue: CatalogueFile
) -> Iterator[Problem]:
    yield from source.repeated(("customers",), "key", [customer.key for customer in content.customers])
    goods = _Goods(catalogue)
    numbers: set[str] = set()
    for index, customer in enumerate(content.customers):
        place: Place = ("customers", index)
        yield from _check_customer(source, place, customer)
        for number, order in enumerate(customer.orders):
            inner = (*place, "orders", number)
            if order.number in numbers:
                yield source.problem((*inner, "number"), f"there are two orders {order.number}")
            numbers.add(order.number)
            for position, line in enumerate(order.lines):
                yield from goods.check(source, (*inner, "lines", position), line)
            yield from _check_discounts(source, inner, order)
        yield from source.repeated((*place, "wishes"), None, customer.wishes)
        for position, sku in enumerate(customer.wishes):
            if not goods.holds(sku):
                yield source.problem((*place, "wishes", position), f"{sku} is not in the catalogue")


def _check_discounts(source: Source[CustomersFile], place: Place, order: OrderEntry) -> Iterator[Problem]:
    """What the lines leave out is what the discounts took off."""
    taken = Decimal(0)
    for position, line in enumerate(order.lines):
        if line.paid is None:
            continue
        inner = (*place, "lines", position, "paid")
        if line.price is None:
            yield source.problem(inner, "needs a price to be less than")
            return
        if line.paid > line.price * line.quantity:
            yield source.problem(inner, "can't be more than the price of all its units")
        taken += line.price * line.quantity - line.paid
    told = sum((discount.amount for discount in order.discounts), Decimal(0))
    if told != taken:
        yield source.problem((*place, "discounts"), f"add up to {told}, but {taken} is missing from the lines")


def _check_customer(source: Source[CustomersFile], place: Place, customer: CustomerEntry) -> Iterator[Problem]:
    for name in ("addresses", "payees", "payment_methods", "accounts", "bills"):
        yield from source.repeated((*place, name), "key", [entry.key for entry in getattr(customer, name)])
    if customer.code is not None and customer.code_hash is not None:
        yield source.problem((*place, "code_hash"), "can't be given beside a code")
    if customer.code_hash is not None and not is_hash(customer.code_hash):
        yield source.problem((*place, "code_hash"), "is not as an export writes it")
    for index, account in enumerate(customer.accounts):
        floor = FLOORS[account.kind]
        if floor is not None and account.balance < floor:
            yield source.problem((*place, "accounts", index, "balance"), f"of {account.kind} can't be below {floor}")
    payees = [payee.key for payee in customer.payees]
    for index, bill in enumerate(customer.bills):
        inner = (*place, "bills", index)
        if bill.payee not in payees:
            yield source.problem((*inner, "payee"), f"{bill.payee!r} is none of the customer's payees")
        if bill.amount == 0:
            yield source.problem((*inner, "amount"), "should be more than 0")


class _Goods:
    """What past orders can hold."""

    def __init__(self, catalogue: CatalogueFile) -> None:
        groups = {group.key: _as_sold(group) for group in catalogue.option_groups}
        self._groups = {
            variant.sku: [groups[key] for key in product.options if key in groups]
            for product in catalogue.products
            for variant in product.variants
        }

    def holds(self, sku: str) -> bool:
        """Whether it is on sale."""
        return sku in self._groups

    def check(self, source: Source[CustomersFile], place: Place, line: OrderLineEntry) -> Iterator[Problem]:
        groups = self._groups.get(line.sku)
        if groups is None:
            if line.name is None or line.price is None:
                what = f"{line.sku} is not in the catalogue; a line of something that is gone needs name and price"
                yield source.problem((*place, "sku"), what)
            return
        for index, option in enumerate(line.options):
            if not any(group.key == option.group and group.choice(option.value) for group in groups):
                what = f"{line.sku} can't be had with {option.group} {option.value!r}"
                yield source.problem((*place, "options", index), what)
                return
        if line.price is None:
            chosen = [ChosenOption(option.group, option.value, option.amount) for option in line.options]
            try:
                settle_options(line.sku, groups, chosen)
            except OptionError as error:
                yield source.problem((*place, "options"), str(error))


def _as_sold(group: OptionGroupEntry) -> OptionGroup:
    """The group as a cart would check it; prices don't matter here."""
    free = Money(0, "XXX")
    return OptionGroup(
        group.key,
        group.name,
        group.minimum,
        group.maximum,
        tuple(group.default),
        tuple(group.amounts),
        tuple(OptionChoice(choice.key, choice.name, tuple(choice.spoken), free) for choice in group.choices),
    )
