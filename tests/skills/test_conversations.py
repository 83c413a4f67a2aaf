"""The conversations of docs/sessions.md, word for word."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.skills.conversations import Conversation, conversations, fits, played

DOCUMENT = Path(__file__).parents[2] / "docs" / "sessions.md"


@pytest.mark.parametrize("conversation", conversations(DOCUMENT), ids=lambda one: f"{one.shop}: {one.title}")
def test_conversation(conversation: Conversation, tmp_path: Path) -> None:
    """Every answer and every event is as the document says."""
    for exchange, answer, done in played(conversation, tmp_path):
        assert fits(exchange.answer, answer), f"{exchange.said!r} was answered {answer!r}, not {exchange.answer!r}"
        assert done == exchange.done, f"after {exchange.said!r}"
