"""Why a request is not taken for one of Alexa's."""

from __future__ import annotations

from enum import StrEnum


class Reason(StrEnum):
    """One word for the metric; nothing of the request's own text is in it."""

    LENGTH_MISSING = "length_missing"
    TOO_LARGE = "too_large"
    HEADER_MISSING = "header_missing"
    ADDRESS = "certificate_address"
    CHAIN_UNREACHABLE = "chain_unreachable"
    CHAIN_UNREADABLE = "chain_unreadable"
    CHAIN_UNTRUSTED = "chain_untrusted"
    SIGNATURE = "signature"
    MALFORMED = "malformed"
    TIMESTAMP = "timestamp"
    APPLICATION = "application"
    REPLAY = "replay"
    NOT_SET_UP = "not_set_up"


class Refused(Exception):
    """The request is answered with 400 and reaches no handler."""

    def __init__(self, reason: Reason) -> None:
        super().__init__(f"not a request of Alexa's: {reason.value}")
        self.reason = reason
