"""Coupons, promotions and points that can't be used."""

from __future__ import annotations

from commerce.errors.basic import CommerceError


class PromotionError(CommerceError):
    """Nothing was taken off."""

    code = "promotion_error"


class CouponRefused(PromotionError):
    """A coupon that does not count. why: `unknown`, `early`, `over`, `used_up`, or `used` by this customer."""

    code = "coupon_refused"

    def __init__(self, coupon: str, why: str) -> None:
        super().__init__(f"coupon {coupon!r} can't be used: {why}")
        self.coupon = coupon
        self.why = why


class PromotionGone(PromotionError):
    """Somebody else was faster: the last use of a promotion is gone. Nothing was bought."""

    code = "promotion_gone"

    def __init__(self, key: str) -> None:
        super().__init__(f"promotion {key!r} is used up")
        self.key = key


class PointsGone(PromotionError):
    """The customer no longer has so many points."""

    code = "points_gone"

    def __init__(self, wanted: int) -> None:
        super().__init__(f"there are no {wanted} points left")
        self.wanted = wanted


class NoPoints(PromotionError):
    """The shop has no points, or the customer has none."""

    code = "no_points"

    def __init__(self) -> None:
        super().__init__("there are no points to use")
