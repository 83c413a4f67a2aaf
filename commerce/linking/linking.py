"""Which speaker speaks for whom, and what its owner lets it do."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from sqlalchemy import Row, Select, select, update
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
        with self._database.reading() as session:
            found = session.execute(self._speaking(access_token, kind, outside)).first()
        if found is not None and self._is_up_to_date(found, user_id):
            return self._speaker(found)
        with self._database.transaction() as session:
            link = self._link_of(session, access_token, kind)
            if link is None:
                return None
            if user_id:
                link.outside_user = kept(user_id)
            add_speaker(session, link, outside, NEW_SPEAKER, self._clock.now())
            session.execute(
                update(SpeakerRow)
                .where(SpeakerRow.link_id == link.id, SpeakerRow.outside == outside)
                .values(seen_at=self._clock.now())
            )
            return self._speaker(session.execute(self._speaking(access_token, kind, outside)).one())

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

    def _speaking(self, access_token: str, kind: LinkKind, outside: str) -> Select[str, SpeakerRow, str | None]:
        return (
            select(CustomerRow.key, SpeakerRow, LinkRow.outside_user)
            .select_from(OAuthTokenRow)
            .join(LinkRow, LinkRow.id == OAuthTokenRow.link_id)
            .join(CustomerRow, CustomerRow.id == LinkRow.customer_id)
            .join(SpeakerRow, (SpeakerRow.link_id == LinkRow.id) & (SpeakerRow.outside == outside))
            .where(*self._is_good(access_token, kind), CustomerRow.shop_id == self._shop.id)
        )

    def _is_good(self, access_token: str, kind: LinkKind) -> tuple[Any, ...]:
        ends = OAuthTokenRow.access_expires_at
        lasts = ends.is_(None) | (ends > self._clock.now())
        of_kind = LinkRow.kind == kind.value
        return OAuthTokenRow.access == kept(access_token), of_kind, LinkRow.revoked_at.is_(None), lasts

    def _link_of(self, session: Session, access_token: str, kind: LinkKind) -> LinkRow | None:
        links = select(LinkRow).join(OAuthTokenRow, OAuthTokenRow.link_id == LinkRow.id)
        of_shop = links.join(CustomerRow, CustomerRow.id == LinkRow.customer_id).where(
            CustomerRow.shop_id == self._shop.id
        )
        return session.scalar(of_shop.where(*self._is_good(access_token, kind)))

    def _is_up_to_date(self, found: Row[str, SpeakerRow, str | None], user_id: str) -> bool:
        _, speaker, outside_user = found
        seen = speaker.seen_at is not None and self._clock.now() - speaker.seen_at < SEEN_EVERY
        return seen and (not user_id or outside_user == kept(user_id))

    def _speaker(self, found: Row[str, SpeakerRow, str | None]) -> LinkedSpeaker:
        key, speaker, _ = found
        return LinkedSpeaker(key, speaker.key, speaker.name, speaker.may_buy, self._cap(speaker))

    def _link(self, session: Session, row: LinkRow) -> Link:
        rows = session.scalars(select(SpeakerRow).where(SpeakerRow.link_id == row.id).order_by(SpeakerRow.id))
        speakers = tuple(Speaker(one.key, one.name, one.may_buy, self._cap(one), one.seen_at) for one in rows)
        return Link(row.id, LinkKind(row.kind), row.made_at, speakers)

    def _cap(self, row: SpeakerRow) -> Money | None:
        return None if row.spend_cap is None else Money(row.spend_cap, self._shop.currency)
