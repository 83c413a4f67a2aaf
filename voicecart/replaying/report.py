"""What a replay says: lines for people, or one JSON object a line."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from skills.contract import Outcome, Reply
from skills.dialogue.shapes import outcome_json
from voicecart import console
from voicecart.replaying.running import RecordingReport, TurnReport


@dataclass(slots=True)
class Summary:
    """Counts of a whole run.

    changed: recordings that were to change nothing, and did. failures: names of recordings and of scenario turns.
    """

    in_domain: int = 0
    right: int = 0
    out_of_domain: int = 0
    changed: int = 0
    scenarios: int = 0
    scenarios_right: int = 0
    failures: list[str] = field(default_factory=list)

    @property
    def acceptance(self) -> float | None:
        """The share of recordings in domain that were taken for what they mean; None without any."""
        return round(self.right / self.in_domain, 4) if self.in_domain else None

    def add_recording(self, report: RecordingReport) -> None:
        """Count one recording."""
        self.in_domain += report.in_domain
        self.out_of_domain += not report.in_domain
        self.right += report.in_domain and not report.problems
        self.changed += report.changed
        if report.problems:
            self.failures.append(report.name)

    def add_scenario(self, turns: Sequence[TurnReport]) -> None:
        """Count one scenario."""
        wrong = [f"{turn.scenario}:{turn.line}" for turn in turns if turn.problems]
        self.scenarios += 1
        self.scenarios_right += not wrong
        self.failures.extend(wrong)


class JsonReport:
    """One object for each turn and recording, then one for the whole."""

    def recording(self, report: RecordingReport) -> None:
        """Print one recording."""
        shown: dict[str, Any] = {"recording": report.name, "in_domain": report.in_domain, "heard": report.heard}
        shown |= _shape(report.outcome, report.reply)
        shown |= {"right": not report.problems, "problems": list(report.problems), "changed": report.changed}
        shown |= {"error": report.error} if report.error else {}
        console.print_json(shown | {"seconds": round(report.seconds, 3)})

    def turn(self, report: TurnReport) -> None:
        """Print one turn of a scenario."""
        shown: dict[str, Any] = {"scenario": report.scenario, "turn": report.number, "line": report.line}
        shown |= {"said": report.said, "heard": report.heard} | _shape(report.outcome, report.reply)
        shown |= {"right": not report.problems, "problems": list(report.problems)}
        console.print_json(shown | {"seconds": round(report.seconds, 3)})

    def summary(self, summary: Summary) -> None:
        """Print the whole."""
        shown: dict[str, Any] = {"summary": True}
        if summary.in_domain or summary.out_of_domain:
            shown |= {"in_domain": summary.in_domain, "right": summary.right, "acceptance": summary.acceptance}
            shown |= {"out_of_domain": summary.out_of_domain, "changed": summary.changed}
        if summary.scenarios:
            shown |= {"scenarios": summary.scenarios, "scenarios_right": summary.scenarios_right}
        console.print_json(shown | {"failures": summary.failures})


class TextReport:
    """Scenarios as conversations, recordings as a line each when they went wrong, then the whole."""

    def recording(self, report: RecordingReport) -> None:
        """Print one recording when it went wrong."""
        for problem in report.problems:
            heard = f' (heard "{report.heard}")' if report.heard else ""
            console.say(f"wrong  {report.name}{heard}: {problem}", style="red")

    def turn(self, report: TurnReport) -> None:
        """Print one turn."""
        if report.number == 1:
            console.say(f"\n{report.scenario}", style="bold")
        said = f"{report.said}: {report.heard}" if report.said != report.heard else report.said
        console.say(f"  > {said}", style="cyan")
        console.say(f"  {report.reply.speech}")
        for problem in report.problems:
            console.say(f"  wrong, line {report.line}: {problem}", style="red")

    def summary(self, summary: Summary) -> None:
        """Print the whole."""
        console.say()
        if summary.in_domain:
            share = f"{100 * (summary.acceptance or 0):.1f} %"
            console.say(f"{summary.right} of {summary.in_domain} recordings understood as they are meant ({share})")
        if summary.out_of_domain:
            console.say(f"{summary.out_of_domain} recordings that mean nothing: {summary.changed} changed the shop")
        if summary.scenarios:
            console.say(f"{summary.scenarios_right} of {summary.scenarios} scenarios as expected")


def _shape(outcome: Outcome | None, reply: Reply | None) -> dict[str, Any]:
    shown: dict[str, Any] = outcome_json(outcome) if outcome is not None else {}
    return shown | ({"reply": reply.speech, "done": list(reply.done)} if reply is not None else {})
