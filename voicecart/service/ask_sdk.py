"""Amazon's Flask adapter, loaded so that it works beside OpenSSL 3.

flask-ask-sdk 1.0.0 imports certvalidator for its own check of certificates. certvalidator loads oscrypto, which reads
OpenSSL's version in a way that fails from 3.0.10 on, and neither is maintained any more. We never let the adapter check
anything, `skills.alexa.verification` has done it before; so empty names take certvalidator's place.
"""

from __future__ import annotations

import sys
from types import ModuleType
from typing import NoReturn


class _Unused:
    """Stands where the adapter expects certvalidator's parts."""

    def __init__(self, *_: object, **__: object) -> None:
        self._refuse()

    def _refuse(self) -> NoReturn:
        raise NotImplementedError("requests are verified by skills.alexa.verification")


class _UnusedError(Exception):
    """Never raised."""


def _take_certvalidators_place() -> None:
    validator, errors = ModuleType("certvalidator"), ModuleType("certvalidator.errors")
    vars(validator).update(CertificateValidator=_Unused, errors=errors)
    vars(errors).update(ValidationError=_UnusedError, PathError=_UnusedError)
    sys.modules.setdefault("certvalidator", validator)
    sys.modules.setdefault("certvalidator.errors", errors)


_take_certvalidators_place()

from flask_ask_sdk.skill_adapter import (  # noqa: E402 - only now can it be imported
    VERIFY_SIGNATURE_APP_CONFIG,
    VERIFY_TIMESTAMP_APP_CONFIG,
    SkillAdapter,
)

__all__ = ["VERIFY_SIGNATURE_APP_CONFIG", "VERIFY_TIMESTAMP_APP_CONFIG", "SkillAdapter"]
