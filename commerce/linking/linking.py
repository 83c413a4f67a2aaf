"""Which speaker speaks for whom, and what its owner lets it do."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from sqlalchemy import Row, bindparam, select, update
from sqlalchemy.orm import Session

from commerce.clock import Clock
from commerce.customers import customer_id
from commerce.errors import UnknownSpeaker
from commerce.linking.link_rows import add_speaker, hand_out, open_link, revoke
from commerce.linking.values import LONGEST_NAME, Link, LinkedSpeaker, LinkKind, Speaker, Tokens
from commerce.money import Money
from commerce.secrets import kept
from commerce.shop_info import ShopInfo
from commerce.storage.customer_tables import CustomerRow
from commerce.storage.database import Database
from commerce.storage.link_tables import LinkRow, OAuthTokenRow, SpeakerRow

SEEN_EVERY = timedelta(hours=1)  # how exactly it is written down when a speaker was heard last
NEW_SPEAKER = "Another speaker"

_IS_GOOD = (
    OAuthTokenRow.access == bindparam("access"),
    LinkRow.kind == bindparam("kind"),
    LinkRow.revoked_at.is_(None),
    OAuthTokenRow.access_expires_at.is_(None) | (OAuthTokenRow.access_expires_at > bindparam("now")),
    CustomerRow.shop_id == bindparam("shop"),
)
_SPEAKING = (
    select(
        CustomerRow.key.label("customer"),
        LinkRow.outside_user,
        SpeakerRow.id,
        SpeakerRow.key,
        SpeakerRow.name,
        SpeakerRow.may_buy,
        SpeakerRow.spend_cap,
        SpeakerRow.seen_at,
    )
    .select_from(OAuthTokenRow)
    .join(LinkRow, LinkRow.id == OAuthTokenRow.link_id)
    .join(CustomerRow, CustomerRow.id == LinkRow.customer_id)
    .join(SpeakerRow, (SpeakerRow.link_id == LinkRow.id) & (SpeakerRow.outside == bindparam("speaker")))
    .where(*_IS_GOOD)
)
_HEARD = update(SpeakerRow).where(SpeakerRow.id == bindparam("heard")).values(seen_at=bindparam("now"))
_LINK = (
    select(LinkRow)
    .join(OAuthTokenRow, OAuthTokenRow.link_id == LinkRow.id)
    .join(CustomerRow, CustomerRow.id == LinkRow.customer_id)
    .where(*_IS_GOOD)
)


class Linking:
    """The linked speakers of one shop's customers. `customer` is a customer's key, `speaker` a speaker's."""

    def __init__(self, database: Database, shop: ShopInfo, clock: Clock) -> None:
        self._database = database
        self._shop = shop
        self._clock = clock

    def link(self, customer: str, kind: LinkKind, client: str, name: str) -> Tokens:
        """Let a speaker in, and return its tokens: what OAuth comes to in the end. Raises UnknownCustomer."""
        with self._database.transaction() as session:
            owner = customer_id(session, self._shop.id, customer)
            now = self._clock.now()
            return hand_out(session, open_link(session, owner, kind, client, name, now), now)

    def customer_of(
        self, access_token: str, kind: LinkKind, speaker_id: str = "", user_id: str = ""
    ) -> LinkedSpeaker | None:
        """For whom this token speaks; None when it is unknown, too old or revoked: ask for the account to be linked.

        kind: by which door it came; a token opens no other one than that it was made for.
        speaker_id: what the platform calls the loudspeaker, so that each of a household has its own purchase switch.
        user_id: what the platform calls its user, for `user_left`. Both are kept as hashes.
        """
        outside = kept(speaker_id) if speaker_id else ""
        token = {"access": kept(access_token), "kind": kind.value, "now": self._clock.now(), "shop": self._shop.id}
        found = self._database.at_once(_SPEAKING, **token, speaker=outside)
        if found and (not user_id or found[0].outside_user == kept(user_id)):
            self._hear(found[0])
            return self._speaker(found[0])
        with self._database.transaction() as session:
            link = session.scalar(_LINK, token)
            if link is None:
                return None
            if user_id:
                link.outside_user = kept(user_id)
            add_speaker(session, link, outside, NEW_SPEAKER, self._clock.now())
        found = self._database.at_once(_SPEAKING, **token, speaker=outside)
        if not found:
            return None
        self._hear(found[0])
        return self._speaker(found[0])

    def links(self, customer: str) -> tuple[Link, ...]:
        """What is linked now, the newest first. Raises UnknownCustomer."""
        with self._database.reading() as session:
            owner = customer_id(session, self._shop.id, customer)
            rows = session.scalars(
                select(LinkRow)
                .where(LinkRow.customer_id == owner, LinkRow.revoked_at.is_(None))
                .order_by(LinkRow.id.desc())
            ).all()
            return tuple(self._link(session, row) for row in rows)

    def speaker(self, customer: str, speaker: str) -> Speaker:
        """One linked speaker. Raises UnknownCustomer, UnknownSpeaker."""
        for link in self.links(customer):
            for one in link.speakers:
                if one.key == speaker:
                    return one
        raise UnknownSpeaker(speaker)

    def set_speaker(self, customer: str, speaker: str, name: str, may_buy: bool, spend_cap: Money | None) -> None:
        """Name a speaker, switch buying on or off, and limit what one order from it may cost.

        Raises UnknownCustomer, UnknownSpeaker.
        """
        self.speaker(customer, speaker)
        cap = None if spend_cap is None else max(0, spend_cap.amount)
        with self._database.transaction() as session:
            values = {"name": name.strip()[:LONGEST_NAME] or NEW_SPEAKER, "may_buy": may_buy, "spend_cap": cap}
            session.execute(update(SpeakerRow).where(SpeakerRow.key == speaker).values(**values))

    def unlink(self, customer: str, link: int) -> None:
        """Send a link's speakers away; what is no link of this customer's is left alone. Raises UnknownCustomer."""
        with self._database.transaction() as session:
            row = session.get(LinkRow, link)
            if row is not None and row.customer_id == customer_id(session, self._shop.id, customer):
                revoke(session, row.id, self._clock.now())

    def unlink_token(self, token: str) -> None:
        """End the link to which an access or refresh token belongs, however old; an unknown one does no harm."""
        hashed = kept(token)
        either = (OAuthTokenRow.access == hashed) | (OAuthTokenRow.refresh == hashed)
        with self._database.transaction() as session:
            for link in session.scalars(select(OAuthTokenRow.link_id).where(either)).all():
                revoke(session, link, self._clock.now())

    def user_left(self, user_id: str) -> int:
        """The platform's user switched the skill off: end the links that were used by them; returns how many."""
        of_user = (LinkRow.outside_user == kept(user_id)) & LinkRow.revoked_at.is_(None)
        of_shop = LinkRow.customer_id == CustomerRow.id, CustomerRow.shop_id == self._shop.id
        with self._database.transaction() as session:
            links = session.scalars(select(LinkRow.id).where(of_user, *of_shop)).all()
            for link in links:
                revoke(session, link, self._clock.now())
        return len(links)

    def _hear(self, found: Row[Any]) -> None:
        """Write down that the speaker was heard, if that was not done lately."""
        now = self._clock.now()
        if found.seen_at is None or now - found.seen_at >= SEEN_EVERY:
            self._database.at_once(_HEARD, heard=found.id, now=now)

    def _speaker(self, found: Row[Any]) -> LinkedSpeaker:
        return LinkedSpeaker(found.customer, found.key, found.name, found.may_buy, self._cap(found.spend_cap))

    def _link(self, session: Session, row: LinkRow) -> Link:
        rows = session.scalars(select(SpeakerRow).where(SpeakerRow.link_id == row.id).order_by(SpeakerRow.id))
        speakers = tuple(Speaker(one.key, one.name, one.may_buy, self._cap(one.spend_cap), one.seen_at) for one in rows)
        return Link(row.id, LinkKind(row.kind), row.made_at, speakers)

    def _cap(self, amount: int | None) -> Money | None:
        return None if amount is None else Money(amount, self._shop.currency)
