"""Conversations written down in a document, played in the sample shops, and written down again."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import mkdtemp

from tests.skills.talking import Talk, talk

HEADING = re.compile(r"## (?P<shop>[\w-]+) · (?P<customer>\S+?)(?: · (?P<language>\w+))?: (?P<title>.+)")


@dataclass(slots=True)
class Exchange:
    """One utterance with the answer and the events that are written down for it; `minutes` go by before it."""

    said: str
    answer: str = ""
    done: list[str] = field(default_factory=list)
    minutes: float = 0


@dataclass(slots=True)
class Conversation:
    """One heading's conversation. line: of its heading, from 1."""

    shop: str
    customer: str
    language: str
    title: str
    line: int
    exchanges: list[Exchange] = field(default_factory=list)


def conversations(document: Path) -> list[Conversation]:
    """Every conversation in a document."""
    found: list[Conversation] = []
    minutes = 0.0
    for number, line in enumerate(document.read_text(encoding="utf-8").splitlines(), start=1):
        heading = HEADING.fullmatch(line)
        kind, text = line[4:5], line[6:]
        if heading:
            language = heading["language"] or "en"
            found.append(Conversation(heading["shop"], heading["customer"], language, heading["title"], number))
        elif not found or not line.startswith("    "):
            continue
        elif kind == "(":
            minutes = float(line.strip(" ()").split()[0])
        elif kind == ">":
            found[-1].exchanges.append(Exchange(text, minutes=minutes))
            minutes = 0.0
        elif kind == "<":
            found[-1].exchanges[-1].answer = text
        elif kind == "!":
            found[-1].exchanges[-1].done.append(text)
    return found


def played(conversation: Conversation, folder: Path) -> Iterator[tuple[Exchange, str, list[str]]]:
    """Each exchange with the answer that it gets and what it does."""
    partner: Talk = talk(conversation.shop, conversation.customer, folder, conversation.language)
    for exchange in conversation.exchanges:
        partner.clock.advance(minutes=exchange.minutes)
        reply = partner.says(exchange.said).reply
        yield exchange, reply.speech, list(reply.done)


def rewrite(document: Path) -> None:
    """Write every answer and event as it is now."""
    lines = document.read_text(encoding="utf-8").splitlines()
    head = lines[: conversations(document)[0].line - 1]
    for conversation in conversations(document):
        head += [lines[conversation.line - 1], ""]
        for exchange, answer, done in played(conversation, Path(mkdtemp())):
            if exchange.minutes:
                head.append(f"    ({exchange.minutes:g} minutes)")
            kept = exchange.answer if exchange.answer and fits(exchange.answer, answer) else answer
            head += [f"    > {exchange.said}", f"    < {kept}", *(f"    ! {event}" for event in done)]
        head.append("")
    document.write_text("\n".join(head), encoding="utf-8")


def fits(written: str, answer: str) -> bool:
    """Whether an answer is what is written down, where "…" stands for any words."""
    return re.fullmatch(".*".join(re.escape(part) for part in written.split("…")), answer) is not None


if __name__ == "__main__":
    rewrite(Path(sys.argv[1]))
