"""Why somebody is not let in: people into their accounts, speakers and devices into somebody's."""

from __future__ import annotations

from commerce.errors.basic import CommerceError


class EntryError(CommerceError):
    """Nobody was let in. No password and no token is ever kept in an error."""

    code = "entry_error"


class EmailTaken(EntryError):
    """A customer of the shop has this e-mail address already."""

    code = "email_taken"

    def __init__(self) -> None:
        super().__init__("there is an account with this e-mail address already")


class WrongPassword(EntryError):
    """The e-mail address and the password don't belong together; which of them is wrong is not told."""

    code = "wrong_password"

    def __init__(self) -> None:
        super().__init__("the e-mail address or the password is wrong")


class WeakPassword(EntryError):
    """A password that is too easily guessed. why: in plain words."""

    code = "weak_password"

    def __init__(self, why: str) -> None:
        super().__init__(f"this password can't be taken: {why}")
        self.why = why


class ResetGone(EntryError):
    """The link to choose a new password was used, is too old, or never was one."""

    code = "reset_gone"

    def __init__(self) -> None:
        super().__init__("this link was used already, or is too old")


class TooManyTries(EntryError):
    """Too often in too short a time. retry_after: seconds until the next try is looked at."""

    code = "too_many_tries"

    def __init__(self, retry_after: int) -> None:
        super().__init__(f"too many tries; wait {retry_after} seconds")
        self.retry_after = retry_after


class GrantRefused(EntryError):
    """A code or token that can't be exchanged. why: `unknown`, `expired`, `used` or `revoked`."""

    code = "grant_refused"

    def __init__(self, why: str) -> None:
        super().__init__(f"this code or token can't be exchanged: {why}")
        self.why = why


class UnknownPairing(EntryError):
    """No device waits with this code: it is mistyped, too old, or was answered already."""

    code = "unknown_pairing"

    def __init__(self) -> None:
        super().__init__("no device waits with this code")


class UnknownSpeaker(EntryError):
    """No such speaker of this customer's."""

    code = "unknown_speaker"

    def __init__(self, speaker: str) -> None:
        super().__init__(f"there is no linked speaker {speaker!r}")
        self.speaker = speaker
