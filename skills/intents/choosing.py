"""Which variant was meant: what the words allow, narrowed by what the customer bought before."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass, replace

from skills.contract import Item
from skills.intents.moment import Moment

OFFERED = 3
SURE_SHARE = 0.8  # the most frequent of several is bought next in 74 % of cases from this share on
SURE_TIMES = 3  # the only one ever bought, this often, is bought next in 88 %


@dataclass(frozen=True, slots=True)
class Chosen:
    """One variant. usual: it was taken because the customer always buys it."""

    item: Item
    usual: bool = False


@dataclass(frozen=True, slots=True)
class PerhapsUsual:
    """The customer often buys this variant: worth asking for by name."""

    item: Item
    sku: str


@dataclass(frozen=True, slots=True)
class Several:
    """Up to three ways on, each a narrower item, of one product or of one variant. more: there are others."""

    item: Item
    ways: tuple[Item, ...]
    more: bool = False


@dataclass(frozen=True, slots=True)
class Unsold:
    """The shop has nothing of this name, or nothing else."""

    item: Item


Selection = Chosen | PerhapsUsual | Several | Unsold


def select(moment: Moment, item: Item, refused: Collection[str] = ()) -> Selection:
    """What is meant by an item. refused: SKUs and product keys that the shopper did not want."""
    if item.sku is not None:
        return Chosen(item) if item.sku in moment.shelf.variants else Unsold(item)
    skus = variants_of(moment, item, refused)
    if len(skus) == 1:
        return Chosen(replace(item, sku=skus[0]))
    if not skus:
        return Unsold(item)
    if refused:  # who has just turned one down wants to hear what else there is
        return several(moment, item, skus)
    habit, named = _from_history(moment, item, skus), _by_full_name(moment, item, skus)
    if isinstance(habit, PerhapsUsual) and isinstance(named, Chosen) and named.item.sku == habit.sku:
        return named  # bought before, and called by its own name: there is nothing to ask
    return habit or named or several(moment, item, skus)


def variants_of(moment: Moment, item: Item, refused: Collection[str] = ()) -> list[str]:
    """Every SKU that the words of an item allow, likeliest first."""
    products = [key for key in item.products if key in moment.shelf.products and key not in refused]
    return [v.sku for key in products for v in moment.shelf.products[key].variants if v.sku not in refused]


def _from_history(moment: Moment, item: Item, skus: Collection[str]) -> Selection | None:
    if not moment.customer:
        return None
    times: Counter[str] = Counter()
    for habit in moment.shop.history.usual(moment.customer, {moment.shelf.variants[sku].product_key for sku in skus}):
        if habit.sku in skus:
            times[habit.sku] += habit.times
    if not times:
        return None
    sku, most = times.most_common(1)[0]
    only_one = len(times) == 1 and most >= SURE_TIMES
    if only_one or (most >= SURE_TIMES and most >= SURE_SHARE * times.total()):
        return Chosen(replace(item, sku=sku), usual=True)
    return PerhapsUsual(item, sku)


def _by_full_name(moment: Moment, item: Item, skus: Collection[str]) -> Selection | None:
    """ "Bananas" are those of just this name, though somebody may call organic bananas so, too."""
    shelf, name = moment.shelf, item.name.casefold()
    named = [sku for sku in skus if shelf.products[shelf.variants[sku].product_key].name.casefold() == name]
    if not 0 < len(named) < len(skus):
        return None
    return Chosen(replace(item, sku=named[0])) if len(named) == 1 else several(moment, item, named)


def several(moment: Moment, item: Item, skus: Collection[str], most: int | None = OFFERED) -> Several:
    """Ways on from an item that these SKUs fit: product by product, and within one product variant by variant."""
    products = list(dict.fromkeys(moment.shelf.variants[sku].product_key for sku in skus))
    if len(products) > 1:
        ways = [_only(moment, item, key) for key in products]
    else:
        ways = [replace(item, sku=sku, products=tuple(products)) for sku in skus]
    return Several(item, tuple(ways[:most]), more=most is not None and len(ways) > most)


def _only(moment: Moment, item: Item, key: str) -> Item:
    product = moment.shelf.products[key]
    sku = product.variants[0].sku if len(product.variants) == 1 else None
    return replace(item, sku=sku, name=product.name, products=(key,))
