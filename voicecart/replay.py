"""`voicecart replay`: recordings and scenarios through the whole assistant, and whether all went as expected."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path

from voice.replay import Ears
from voicecart import console
from voicecart.assembly import Assembly
from voicecart.replaying.files import ReplayProblem, ScenarioFile
from voicecart.replaying.report import JsonReport, Summary, TextReport
from voicecart.replaying.running import play_recording, play_scenario, say_to
from voicecart.replaying.selection import ListedRecording, Replayable, select
from voicecart.replaying.worlds import Worlds

__all__ = ["ReplayProblem", "run"]

AS_EXPECTED, NOT_AS_EXPECTED = 0, 1


def run(paths: Iterable[Path], assembly: Assembly, as_json: bool) -> int:
    """Replay what the paths stand for and report it on stdout; 1 when anything was not as expected, else 0.

    Listed recordings and scenarios get a fresh sample shop each. Recordings of which nothing is expected are said one
    after the other to the assembly's own shop.
    Raises ReplayProblem, RecognitionError (no engine or model), AudioError (of an unlisted recording), CommerceError.
    """
    return _replay(select(paths), assembly, Ears(assembly.recogniser), JsonReport() if as_json else TextReport())


def _replay(chosen: Sequence[Replayable], assembly: Assembly, ears: Ears, report: JsonReport | TextReport) -> int:
    summary, spoken = Summary(), 0
    try:
        with Worlds(assembly) as worlds, console.progress() as progress:
            task = progress.add_task("replaying", total=len(chosen))
            for item in chosen:
                if isinstance(item, ListedRecording):
                    recording = play_recording(item.path, item.name, item.expected, worlds, ears)
                    summary.add_recording(recording)
                    report.recording(recording)
                elif isinstance(item, ScenarioFile):
                    turns = []
                    for turn in play_scenario(item, worlds, ears):
                        report.turn(turn)
                        turns.append(turn)
                    summary.add_scenario(turns)
                else:
                    spoken += 1
                    report.turn(say_to(assembly, item.path, spoken, ears))
                progress.advance(task)
    finally:
        ears.close()
    report.summary(summary)
    return NOT_AS_EXPECTED if summary.failures else AS_EXPECTED
