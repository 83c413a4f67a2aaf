"""What must hold within promotions and reviews, and between them and the catalogue."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from commerce.importing.format import CatalogueFile
from commerce.importing.promotion_format import PromotionEntry, PromotionsFile, ReviewsFile
from commerce.importing.reading import Place, Problem, Source
from commerce.promotions.rules import POINTS, PromotionKind

FIELDS: Mapping[PromotionKind, tuple[str, ...]] = {
    PromotionKind.PERCENT: ("percent",),
    PromotionKind.AMOUNT: ("amount",),
    PromotionKind.MULTI_BUY: ("buy", "pay"),
    PromotionKind.BUNDLE: ("price",),
}
"""What each kind needs, and no other kind has."""


def check_promotions(
    source: Source[PromotionsFile], content: PromotionsFile, catalogue: CatalogueFile
) -> Iterator[Problem]:
    """Everything that is wrong with promotions.yaml, beside its form."""
    entries = content.promotions
    yield from source.repeated(("promotions",), "key", [entry.key for entry in entries])
    codes: dict[str, str] = {}
    for index, entry in enumerate(entries):
        place: Place = ("promotions", index)
        yield from _check_kind(source, place, entry)
        yield from _check_goods(source, place, entry, catalogue)
        if entry.key == POINTS:
            yield source.problem((*place, "key"), f"can't be {POINTS!r}: that is what was paid with points")
        if entry.code is not None:
            other = codes.setdefault(entry.code.casefold(), entry.key)
            if other != entry.key:
                yield source.problem((*place, "code"), f"is the code of {other!r} too; capitals don't matter")
        elif entry.spoken:
            yield source.problem((*place, "spoken"), "is how a code is said, and there is none")


def check_reviews(source: Source[ReviewsFile], content: ReviewsFile, catalogue: CatalogueFile) -> Iterator[Problem]:
    """Everything that is wrong with reviews.yaml, beside its form."""
    known = {product.key for product in catalogue.products}
    for index, review in enumerate(content.reviews):
        if review.product not in known:
            yield source.problem(("reviews", index, "product"), f"there is no product {review.product!r}")


def _check_kind(source: Source[PromotionsFile], place: Place, entry: PromotionEntry) -> Iterator[Problem]:
    kind = PromotionKind(entry.kind)
    for fields in FIELDS.values():
        for name in fields:
            given = getattr(entry, name) is not None
            if given and name not in FIELDS[kind]:
                yield source.problem((*place, name), f"is of no use to a promotion of kind {kind.value}")
            if not given and name in FIELDS[kind]:
                yield source.problem((*place, name), f"is missing from a promotion of kind {kind.value}")
    if entry.buy is not None and entry.pay is not None and entry.pay >= entry.buy:
        yield source.problem((*place, "pay"), f"should be less than {entry.buy}")
    if entry.uses is not None and entry.used > entry.uses:
        yield source.problem((*place, "used"), f"can't be more than {entry.uses}")


def _check_goods(
    source: Source[PromotionsFile], place: Place, entry: PromotionEntry, catalogue: CatalogueFile
) -> Iterator[Problem]:
    products = {product.key for product in catalogue.products}
    categories = {product.category for product in catalogue.products}
    for index, key in enumerate(entry.products):
        if key not in products:
            yield source.problem((*place, "products", index), f"there is no product {key!r}")
    for index, category in enumerate(entry.categories):
        if category not in categories:
            yield source.problem((*place, "categories", index), f"no product is of the category {category!r}")
    kind = PromotionKind(entry.kind)
    if kind is PromotionKind.BUNDLE:
        if entry.categories:
            yield source.problem((*place, "categories"), "can't be in a bundle: name its products")
        if len(entry.products) < 2:
            yield source.problem((*place, "products"), "should be two or more; one can be named twice")
    if kind is PromotionKind.MULTI_BUY and not (entry.products or entry.categories):
        yield source.problem((*place, "products"), "or categories should be named")
