"""What users of a smart speaker's platform agreed to be told, unasked. They consent there, and we are told."""

from __future__ import annotations

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from commerce.clock import Clock
from commerce.secrets import kept
from commerce.shop_info import ShopInfo
from commerce.storage.customer_tables import CustomerRow
from commerce.storage.database import Database
from commerce.storage.link_tables import LinkRow
from commerce.storage.once import insert_once
from commerce.storage.skill_tables import SkillUserRow


class Subscriptions:
    """The consents of one shop's skill. `user`: what the platform calls its user."""

    def __init__(self, database: Database, shop: ShopInfo, clock: Clock) -> None:
        self._database = database
        self._shop = shop
        self._clock = clock

    def set(self, user: str, *, statuses: bool, alerts: bool) -> None:
        """What this user wants to hear of now: news of orders, reminders. Nothing of it counts without an account."""
        with self._database.transaction() as session:
            values = {"statuses": statuses, "alerts": alerts, "changed_at": self._clock.now()}
            owner = self._owner(session, user)
            insert_once(session, SkillUserRow, user=user, shop_id=self._shop.id, customer_id=owner, **values)
            session.execute(update(SkillUserRow).where(SkillUserRow.user == user).values(customer_id=owner, **values))

    def linked(self, user: str) -> None:
        """The user has linked an account: from now on its orders are what they hear of."""
        with self._database.transaction() as session:
            owner = self._owner(session, user)
            session.execute(update(SkillUserRow).where(SkillUserRow.user == user).values(customer_id=owner))

    def left(self, user: str) -> None:
        """The user has gone, and with them what they agreed to."""
        with self._database.transaction() as session:
            session.execute(delete(SkillUserRow).where(SkillUserRow.user == user))

    def _owner(self, session: Session, user: str) -> int | None:
        """The customer (a row id) whose account the user linked last."""
        links = select(LinkRow.customer_id).join(CustomerRow, CustomerRow.id == LinkRow.customer_id)
        of_user = (LinkRow.outside_user == kept(user)) & LinkRow.revoked_at.is_(None)
        newest = links.where(of_user, CustomerRow.shop_id == self._shop.id).order_by(LinkRow.id.desc())
        return session.scalar(newest.limit(1))


def listener_of(session: Session, customer: int, *, advertising: bool) -> str | None:
    """The platform's user who is to hear of a customer's (a row id) orders, or be reminded; None when nobody wants it.

    Works inside the caller's transaction.
    """
    wanted = SkillUserRow.alerts if advertising else SkillUserRow.statuses
    users = select(SkillUserRow.user).where(SkillUserRow.customer_id == customer, wanted)
    return session.scalar(users.order_by(SkillUserRow.changed_at.desc()).limit(1))
