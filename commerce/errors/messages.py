"""What goes wrong when people or programs are told something, or tell us."""

from __future__ import annotations

from commerce.errors.basic import CommerceError


class MessageError(CommerceError):
    """A message, or a wish about messages, that is refused."""

    code = "message_error"


class BadSignature(MessageError):
    """A message that claims to come from somebody was not signed with the secret we share. Nothing was done."""

    code = "bad_signature"

    def __init__(self) -> None:
        super().__init__("the signature does not fit the message")


class StaleSignature(MessageError):
    """A rightly signed message is too old (or from the future): it may be a recording. age: seconds."""

    code = "stale_signature"

    def __init__(self, age: float) -> None:
        super().__init__(f"the message was signed {age:.0f} seconds ago")
        self.age = age


class InvalidQuietHours(MessageError):
    """Hours that can't be kept. why: in plain words."""

    code = "invalid_quiet_hours"

    def __init__(self, why: str) -> None:
        super().__init__(f"these quiet hours can't be kept: {why}")
        self.why = why


class InvalidPhone(MessageError):
    """Not a phone number in international form, such as +15551234567."""

    code = "invalid_phone"

    def __init__(self) -> None:
        super().__init__("a phone number is written like +15551234567")


class NoPhone(MessageError):
    """Text messages are wished for, and there is no number to send them to."""

    code = "no_phone"

    def __init__(self) -> None:
        super().__init__("text messages need a phone number")


class NoConsent(MessageError):
    """The customer did not agree to advertising."""

    code = "no_consent"

    def __init__(self, customer: str) -> None:
        super().__init__(f"customer {customer!r} did not agree to advertising")
        self.customer = customer


class UnknownToken(MessageError):
    """No consent belongs to this token."""

    code = "unknown_token"

    def __init__(self) -> None:
        super().__init__("nobody is subscribed with this token")
