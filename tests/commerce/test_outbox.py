"""The outbox: a message is taken up by one worker at a time, and until somebody finished it."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path

from commerce.outbox import CLAIM, Topic, about, claim, due, finish, next_due, post, postpone, shops_with_work
from tests.commerce.corner import NOON, open_corner
from tests.commerce.places import Place


def test_a_claimed_message_is_nobody_elses_until_its_worker_seems_dead(tmp_path: Path) -> None:
    """Claimed, free again when the claim runs out, put off, and at last done for good."""
    corner = open_corner(tmp_path)
    shop = corner.shop.info.id
    which = about(shop, Topic.ASK, 7)
    with corner.database.transaction() as session:
        post(session, shop, Topic.ASK, 7, NOON, NOON)
        post(session, shop, Topic.ASK, 7, NOON, NOON)  # said twice, to be done once
        assert due(session, shop, NOON, limit=10, topics={Topic.ASK}) == 1

        first = claim(session, which, NOON)
        assert first is not None
        assert (first.topic, first.subject, first.attempts) == (Topic.ASK, 7, 1)
        assert claim(session, which, NOON) is None
        assert due(session, shop, NOON, limit=10, topics={Topic.ASK}) == 0

        again = claim(session, which, NOON + CLAIM)
        assert again is not None
        assert again.attempts == 2

        postpone(session, again, NOON)
        assert due(session, shop, NOON + timedelta(seconds=3), limit=10, topics={Topic.ASK}) == 0
        assert due(session, shop, NOON + timedelta(seconds=4), limit=10, topics={Topic.ASK}) == 1

        finish(session, again.id, NOON)
        assert claim(session, which, NOON + timedelta(days=1)) is None
        assert due(session, shop, NOON + timedelta(days=1), limit=10, topics={Topic.ASK}) == 0


def test_the_message_that_waits_longest_comes_first_and_a_taken_one_is_passed_over(place: Place) -> None:
    """A second worker gets the next message; on PostgreSQL even while the first one's claim is not committed."""
    corner = open_corner(place)
    shop = corner.shop.info.id
    which = next_due(shop, NOON, {Topic.ASK})
    with corner.database.transaction() as session:
        post(session, shop, Topic.ASK, 1, NOON, NOON)
        post(session, shop, Topic.ASK, 2, NOON, NOON - timedelta(seconds=9))
        post(session, shop, Topic.ASK, 3, NOON, NOON + timedelta(seconds=9))
        assert shops_with_work(session, NOON, {Topic.ASK}) == [shop]
    with corner.database.transaction() as session:
        first = claim(session, which, NOON)
        if corner.database.dialect == "postgresql":
            with corner.database.transaction() as meanwhile:
                second = claim(meanwhile, which, NOON)
    if corner.database.dialect == "sqlite":
        with corner.database.transaction() as session:
            second = claim(session, which, NOON)
    assert first is not None
    assert second is not None
    assert (first.subject, second.subject) == (2, 1)
    with corner.database.reading() as session:
        assert shops_with_work(session, NOON, {Topic.ASK}) == []


def test_workers_share_the_messages(place: Place) -> None:
    """Four take forty at once: each is taken once, and none is left."""
    corner = open_corner(place)
    shop = corner.shop.info.id
    with corner.database.transaction() as session:
        for subject in range(40):
            post(session, shop, Topic.ASK, subject, NOON, NOON)

    def take(_: int) -> list[int]:
        taken = []
        for _ in range(40):
            with corner.database.transaction() as session:
                message = claim(session, next_due(shop, NOON, {Topic.ASK}), NOON)
            taken += [message.subject] if message else []
        return taken

    with ThreadPoolExecutor(4) as workers:
        shares = list(workers.map(take, range(4)))
    assert sorted(subject for share in shares for subject in share) == list(range(40))
