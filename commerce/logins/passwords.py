"""Passwords: which are taken, and how they are kept (argon2id). None is ever stored, logged or put into an error."""

from __future__ import annotations

from functools import cache

from argon2 import PasswordHasher
from argon2.exceptions import VerifyMismatchError

from commerce.errors import WeakPassword

SHORTEST, LONGEST = 10, 200
_HASHER = PasswordHasher()  # argon2id with the parameters of RFC 9106's second choice: 64 MiB, three passes


def check_strength(password: str, email: str) -> None:
    """Length is what counts; there are no rules about signs. Raises WeakPassword."""
    if len(password) < SHORTEST:
        raise WeakPassword(f"it needs at least {SHORTEST} characters")
    if len(password) > LONGEST:
        raise WeakPassword(f"it may have at most {LONGEST} characters")
    if len(set(password)) < SHORTEST // 2:
        raise WeakPassword("it repeats the same few characters")
    if password.strip().casefold() in (email.casefold(), email.partition("@")[0].casefold()):
        raise WeakPassword("it is your e-mail address")


def hash_password(password: str) -> str:
    """A salted hash that says how it was made."""
    return _HASHER.hash(password)


def matches(password: str, hashed: str | None) -> bool:
    """Whether `hashed` was made of `password`; takes as long when there is no hash."""
    try:
        return _HASHER.verify(hashed or _nobodys(), password[: LONGEST + 1]) and hashed is not None
    except VerifyMismatchError:
        return False


def is_outdated(hashed: str) -> bool:
    """Whether today's parameters are stronger than the hash's."""
    return _HASHER.check_needs_rehash(hashed)


@cache
def _nobodys() -> str:
    return hash_password("what is compared when there is no account")
