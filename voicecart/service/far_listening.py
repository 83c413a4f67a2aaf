"""Listening again on a device far away: one question a turn goes down, and its answer comes with the turn again.

The first question ends the turn before anything is done; when the device has answered, the turn runs from the start
with the answers at hand. A further question finds no sound, and what is known by then decides.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from skills.contract import Hypothesis, SoundGone


class ListenAgain(Exception):
    """The turn was not done: it needs to be known how likely these texts are. The same turn must come again."""

    def __init__(self, texts: Sequence[str]) -> None:
        super().__init__(f"{len(texts)} texts to listen again for")
        self.texts = tuple(texts)


class FarListener:
    """A `Listener` whose sound is on the device. scores: log-likelihoods by text, None before they were asked for."""

    def __init__(self, scores: Mapping[str, float] | None) -> None:
        self._scores = scores

    def hear_again(self, turn_id: str, hint: str) -> tuple[Hypothesis, ...]:  # noqa: ARG002
        """See Listener. The one question that a turn may ask is kept for the texts."""
        return ()

    def rescore(self, turn_id: str, texts: Sequence[str]) -> tuple[float, ...]:
        """See Listener. Raises ListenAgain before there are scores, SoundGone for texts that were not asked about."""
        if self._scores is None:
            raise ListenAgain(texts)
        if not all(text in self._scores for text in texts):
            raise SoundGone(turn_id)
        return tuple(self._scores[text] for text in texts)
