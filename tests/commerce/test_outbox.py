"""The outbox: a message is taken up by one worker at a time, and until somebody finished it."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

from commerce.outbox import CLAIM, Topic, about, claim, due, finish, post, postpone
from tests.commerce.corner import NOON, open_corner

ASK = about(Topic.ASK, 7)


def test_a_claimed_message_is_nobody_elses_until_its_worker_seems_dead(tmp_path: Path) -> None:
    """Claimed, free again when the claim runs out, put off, and at last done for good."""
    corner = open_corner(tmp_path)
    shop = corner.shop.info.id
    with corner.database.transaction() as session:
        post(session, shop, Topic.ASK, 7, NOON, NOON)
        post(session, shop, Topic.ASK, 7, NOON, NOON)  # said twice, to be done once
        assert len(due(session, shop, NOON, limit=10, topics={Topic.ASK})) == 1

        first = claim(session, ASK, NOON)
        assert first is not None
        assert (first.topic, first.subject, first.attempts) == (Topic.ASK, 7, 1)
        assert claim(session, ASK, NOON) is None
        assert due(session, shop, NOON, limit=10, topics={Topic.ASK}) == []

        again = claim(session, ASK, NOON + CLAIM)
        assert again is not None
        assert again.attempts == 2

        postpone(session, again, NOON)
        assert due(session, shop, NOON + timedelta(seconds=3), limit=10, topics={Topic.ASK}) == []
        assert due(session, shop, NOON + timedelta(seconds=4), limit=10, topics={Topic.ASK}) == [again.id]

        finish(session, again.id, NOON)
        assert claim(session, ASK, NOON + timedelta(days=1)) is None
        assert due(session, shop, NOON + timedelta(days=1), limit=10, topics={Topic.ASK}) == []
