"""Requests with something wrong, and what becomes of them."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping

from sqlalchemy import func, select
from werkzeug.test import TestResponse

from commerce.storage.delivery_tables import DeliveryRow
from commerce.storage.session_tables import SessionRow
from skills.alexa.refusal import Reason
from tests.skills.talking import TUESDAY
from tests.voicecart.alexa.requests import launch
from tests.voicecart.alexa.speaker import Skill


def sent(skill: Skill, headers: Callable[[bytes], Mapping[str, str]], body: bytes | None = None) -> TestResponse:
    """The answer to a launch, or to `body`, with the headers that `headers` makes for it."""
    signed = json.dumps(launch(TUESDAY)).encode() if body is None else body
    return skill.client.post("/alexa", data=signed, headers=dict(headers(signed)))


def refused_for(
    skill: Skill, reason: Reason, headers: Callable[[bytes], Mapping[str, str]], body: bytes | None = None
) -> None:
    """400, counted once under its reason, and nothing was begun."""
    before, known = skill.refused(reason), _remembered(skill)
    answer = sent(skill, headers, body)
    assert answer.status_code == 400
    assert skill.refused(reason) == before + 1
    assert _remembered(skill) == known


def _remembered(skill: Skill) -> tuple[int, int]:
    """Requests that were taken, and conversations."""
    with skill.assembly.database.reading() as session:
        counted = [session.scalar(select(func.count()).select_from(table)) for table in (DeliveryRow, SessionRow)]
    return counted[0] or 0, counted[1] or 0
