"""What a device may send, field by field; openapi.yaml says the same to whoever builds one.

Texts hold no control characters, and no field is passed over: a device that says something we don't know is told so.
"""

from __future__ import annotations

from typing import Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from skills.contract import Heard, Hypothesis
from skills.languages import languages

_NO_CONTROL = r"^[^\x00-\x1f\x7f]*$"


def _known(tag: str) -> str:
    if tag.split("-")[0] not in languages():
        raise ValueError(f"this shop speaks {', '.join(languages())}")
    return tag


Text = Annotated[str, Field(max_length=500, pattern=_NO_CONTROL)]
Language = Annotated[str, Field(max_length=35, pattern=r"^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$"), AfterValidator(_known)]
LogLikelihood = Annotated[float, Field(ge=-1e6, le=1e6)]
"""Natural log. Some engines give figures above 0; they are compared within one turn only."""


class _Body(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)


class NewPairing(_Body):
    """A device wants to be let in. name: what it calls itself."""

    name: Annotated[str, Field(max_length=60, pattern=_NO_CONTROL)] = ""


class PairingQuestion(_Body):
    """A device asks whether it was let in."""

    device_code: Annotated[str, Field(min_length=1, max_length=100, pattern=r"^[A-Za-z0-9_-]+$")]


class Greeting(_Body):
    """A conversation is opened. language: else the shop's."""

    language: Language | None = None


class HeardText(_Body):
    """See Hypothesis."""

    text: Text
    log_probability: LogLikelihood = 0.0


class ScoredText(_Body):
    """What listening again gave for one of the texts that were asked about."""

    text: Text
    log_likelihood: LogLikelihood


class HeardTurn(_Body):
    """One utterance. scores: the answer to `listen_again`, with the same turn sent once more."""

    turn_id: Annotated[str, Field(min_length=1, max_length=64, pattern=r"^[A-Za-z0-9_-]+$")]
    language: Language
    spoken: bool
    hypotheses: Annotated[tuple[HeardText, ...], Field(max_length=20)]
    scores: Annotated[tuple[ScoredText, ...], Field(max_length=400)] | None = None

    def heard(self) -> Heard:
        """As the understanding takes it."""
        hypotheses = tuple(Hypothesis(one.text, one.log_probability) for one in self.hypotheses)
        return Heard(self.turn_id, self.language, hypotheses, self.spoken)
