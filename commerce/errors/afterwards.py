"""What can't be done about an order any more, or not like this."""

from __future__ import annotations

from datetime import datetime

from commerce.errors.basic import CommerceError


class AfterwardsError(CommerceError):
    """The order stays as it is. number: the order's."""

    code = "afterwards_error"

    def __init__(self, number: str, text: str) -> None:
        super().__init__(f"order {number}: {text}")
        self.number = number


class TooLate(AfterwardsError):
    """The order is too far on its way. status: where it is; wanted: what was asked for."""

    code = "too_late"

    def __init__(self, number: str, status: str, wanted: str) -> None:
        super().__init__(number, f"it is {status}, too late to {wanted}")
        self.status = status
        self.wanted = wanted


class TooEarly(AfterwardsError):
    """Nothing can be sent back that was not sent: cancel it instead. status: where the order is."""

    code = "too_early"

    def __init__(self, number: str, status: str) -> None:
        super().__init__(number, f"it is {status} and was not sent yet")
        self.status = status


class ReturnPeriodOver(AfterwardsError):
    """The days in which goods can be sent back without a reason are over. ended_at: when."""

    code = "return_period_over"

    def __init__(self, number: str, ended_at: datetime) -> None:
        super().__init__(number, f"it could be sent back until {ended_at:%Y-%m-%d %H:%M} UTC")
        self.ended_at = ended_at


class UnitsExceeded(AfterwardsError):
    """More units than are left. line: the order's line; wanted, left: units."""

    code = "units_exceeded"

    def __init__(self, number: str, line: int, wanted: int, left: int) -> None:
        super().__init__(number, f"line {line} has {left} units left for this, not {wanted}")
        self.line = line
        self.wanted = wanted
        self.left = left


class StillToShip(AfterwardsError):
    """Something of the order was not sent yet. units: how many."""

    code = "still_to_ship"

    def __init__(self, number: str, units: int) -> None:
        super().__init__(number, f"{units} units were not sent yet")
        self.units = units


class UnknownReturn(AfterwardsError):
    """The order has no such return waiting."""

    code = "unknown_return"

    def __init__(self, number: str, return_id: int) -> None:
        super().__init__(number, f"no return {return_id} is waited for")
        self.return_id = return_id


class RefundTooLarge(AfterwardsError):
    """More than was paid and not given back yet. Minor units."""

    code = "refund_too_large"

    def __init__(self, number: str, wanted: int, left: int) -> None:
        super().__init__(number, f"{left} minor units can go back, not {wanted}")
        self.wanted = wanted
        self.left = left


class UnknownAddress(CommerceError):
    """The customer has no address of this key. known: those that there are."""

    code = "unknown_address"

    def __init__(self, key: str, known: tuple[str, ...]) -> None:
        super().__init__(f"there is no address {key!r}; there are: {', '.join(known)}")
        self.key = key
        self.known = known


class ReservationGone(CommerceError):
    """The reservation ran out, was given back or was bought already."""

    code = "reservation_gone"

    def __init__(self, reservation: int) -> None:
        super().__init__(f"reservation {reservation} is gone")
        self.reservation = reservation
