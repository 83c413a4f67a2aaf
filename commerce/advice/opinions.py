"""What people say about a product: counted stars, and their own words. Nothing is summed up that nobody said."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from commerce.errors import UnknownProduct
from commerce.shop_info import ShopInfo
from commerce.storage.database import Database
from commerce.storage.opinion_tables import ReviewRow
from commerce.storage.shop_tables import ProductRow

PLEASED, DISPLEASED = (4, 5), (1, 2)
QUOTED = 120  # characters; who wrote more is not read out


@dataclass(frozen=True, slots=True)
class Opinion:
    """What people think of a product. stars: how many gave 1 to 5, in this order.

    praise, complaint: the newest words of somebody who gave 4 or 5 stars, and 1 or 2; "" where nobody said anything
    that is short enough to be read out.
    """

    product_key: str
    stars: tuple[int, int, int, int, int]
    praise: str
    complaint: str

    @property
    def count(self) -> int:
        """How many gave stars."""
        return sum(self.stars)

    @property
    def average(self) -> Fraction | None:
        """Of the stars, 1 to 5; None when nobody gave any."""
        given = sum(stars * count for stars, count in enumerate(self.stars, start=1))
        return Fraction(given, self.count) if self.count else None


class Opinions:
    """What people say about one shop's products."""

    def __init__(self, database: Database, shop: ShopInfo) -> None:
        self._database = database
        self._shop = shop

    def about(self, product_key: str) -> Opinion:
        """Raises UnknownProduct."""
        with self._database.reading() as session:
            of_product = (ProductRow.shop_id == self._shop.id) & (ProductRow.key == product_key)
            product = session.scalar(select(ProductRow.id).where(of_product, ProductRow.retired.is_(False)))
            if product is None:
                raise UnknownProduct(product_key)
            counted = select(ReviewRow.stars, func.count()).where(ReviewRow.product_id == product)
            given = dict(session.execute(counted.group_by(ReviewRow.stars)).all())
            one, two, three, four, five = (given.get(stars, 0) for stars in range(1, 6))
            return Opinion(
                product_key,
                (one, two, three, four, five),
                praise=_newest_words(session, product, PLEASED),
                complaint=_newest_words(session, product, DISPLEASED),
            )


def _newest_words(session: Session, product: int, stars: tuple[int, ...]) -> str:
    said = session.scalar(
        select(ReviewRow.says)
        .where(ReviewRow.product_id == product, ReviewRow.stars.in_(stars))
        .where(func.length(ReviewRow.says).between(1, QUOTED))
        .order_by(ReviewRow.written_at.desc(), ReviewRow.id)
        .limit(1)
    )
    return said or ""
