"""`voicecart bench NAME`: each prints a table, or with --json one object a line."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from bench import barista as barista_bench
from bench import crash as crash_bench
from bench import device as device_bench
from bench import drain as drain_bench
from bench import footprint as footprint_bench
from bench import intents as intents_bench
from bench import overhearing as overhearing_bench
from bench import products as products_bench
from bench import race as race_bench
from bench import rejection as rejection_bench
from bench import restore as restore_bench
from bench import soak as soak_bench
from bench import throughput as throughput_bench
from bench import turn as turn_bench
from bench import understand as understand_bench
from bench.products_catalogue import write_catalogue
from voice.recognition.opening import EngineChoice
from voicecart.assembly import Assembly
from voicecart.commands import options
from voicecart.commands.options import UsageProblem
from voicecart.settings import load_settings

app = typer.Typer(help="Benchmarks: what was measured is in docs/benchmarks.md.", no_args_is_help=True)

MOST_AT_ONCE = 128  # each holds a connection when it is busiest

Tests = Annotated[Path, typer.Option("--tests", help="A file of JSON lines.", exists=True, dir_okay=False)]
Model = Annotated[str | None, typer.Option("--model", help="A name of `voicecart models list`, or a folder.")]


class DevicePart(StrEnum):
    """What `voicecart bench device` measures."""

    QUIET = "quiet"
    NOISE = "noise"
    LEAK = "leak"
    IDLE = "idle"


def register(root: typer.Typer) -> None:
    """Add the commands of this file."""
    root.add_typer(app, name="bench")


@app.command(epilog="Example: voicecart bench turn --json")
def turn(
    rounds: Annotated[int, typer.Option(min=1, help="How often each typed conversation is held.")] = 10,
    limit: Annotated[int | None, typer.Option(min=1, help="How many recordings a language.")] = None,
    engine: options.Engine = None,
    as_json: options.Json = False,
) -> None:
    """Latency of a typed and of a spoken turn, and memory."""
    raise typer.Exit(turn_bench.run(Assembly(load_settings(engine=engine)), rounds, limit, as_json))


@app.command(epilog="Example: voicecart bench barista --data speech-to-intent-benchmark/data --snr clean,12,6 --json")
def barista(
    data: Annotated[Path, typer.Option(help="Folder with speech/, label/ and noise/.", exists=True, file_okay=False)],
    snr: Annotated[str, typer.Option(help="Signal-to-noise ratios in dB, or clean; comma-separated.")] = ",".join(
        barista_bench.ALL_SNRS
    ),
    limit: Annotated[int | None, typer.Option(min=1, help="How many recordings.")] = None,
    engine: options.Engine = "whisper",
    model: Model = None,
    no_second_listening: Annotated[bool, typer.Option("--no-second-listening", help="Only hear and snap.")] = False,
    second_model: Annotated[str | None, typer.Option("--second-model", help="A larger one that listens again.")] = None,
    fold: Annotated[barista_bench.Fold | None, typer.Option(help="Half of the recordings and the noise.")] = None,
    as_json: options.Json = False,
) -> None:
    """Real coffee orders over kitchen noise: right only when every slot is."""
    chosen: EngineChoice = load_settings(engine=engine).engine
    ratios = [one.strip() for one in snr.split(",") if one.strip()]
    again = not no_second_listening
    raise typer.Exit(
        barista_bench.run(data, ratios, limit, chosen, model, again, as_json, second_model=second_model, fold=fold)
    )


@app.command(epilog="Example: voicecart bench products --catalogue names.csv --queries spoken.jsonl")
def products(
    catalogue: Annotated[Path, typer.Option(help="CSV with the columns sku,name.", exists=True, dir_okay=False)],
    queries: Annotated[Path, typer.Option(help="JSON lines: text or audio, and sku.", exists=True, dir_okay=False)],
    engine: options.Engine = None,
    as_json: options.Json = False,
) -> None:
    """Garbled product names against a large catalogue, beside a plain rapidfuzz scan."""
    assembly = Assembly(load_settings(engine=engine))
    raise typer.Exit(products_bench.run(catalogue, queries, as_json, lambda: assembly.recogniser("en")))


@app.command("products-catalogue", epilog="Example: voicecart bench products-catalogue million.csv --size 1000000")
def products_catalogue(
    out: Annotated[Path, typer.Argument(help="The CSV to write.")],
    size: Annotated[int, typer.Option(min=1, max=10_000_000)] = 1_000_000,
) -> None:
    """Write a made-up catalogue for the products benchmark."""
    write_catalogue(out, size)


@app.command(epilog="Example: voicecart bench intents --tests sentences.jsonl --verbose")
def intents(
    tests: Tests,
    verbose: Annotated[bool, typer.Option("--verbose", help="A line an intent.")] = False,
    as_json: options.Json = False,
) -> None:
    """Whether sentences are taken for the right intent."""
    raise typer.Exit(intents_bench.run(tests, verbose, as_json))


@app.command(epilog="Example: voicecart bench rejection --texts talk.txt")
def rejection(
    texts: Annotated[Path | None, typer.Option(help="A line of talk each.", exists=True, dir_okay=False)] = None,
    audio: Annotated[Path | None, typer.Option(help="Recordings of talk.", exists=True, file_okay=False)] = None,
    as_json: options.Json = False,
) -> None:
    """How much everyday talk is taken for a command, and whether a shop changed."""
    if (texts is None) == (audio is None):
        raise UsageProblem("give either --texts FILE or --audio DIR")
    raise typer.Exit(rejection_bench.run(texts, audio, as_json))


@app.command(epilog="Example: voicecart bench understand --shop pizza --tests bench/sentences/orders-pizza.jsonl")
def understand(
    tests: Tests,
    shop: options.Shop = None,
    database: options.Database = None,
    verbose: Annotated[bool, typer.Option("--verbose", help="Also what went wrong.")] = False,
    as_json: options.Json = False,
) -> None:
    """Whether whole orders are understood, item by item and option by option. Changes nothing."""
    assembly = options.assemble(shop=shop, database=database, quiet=as_json)
    raise typer.Exit(understand_bench.run(assembly, tests, verbose, as_json))


@app.command(epilog="Examples: voicecart bench device --json · voicecart bench device --part noise --noises 20,10")
def device(
    part: Annotated[DevicePart, typer.Option(help="Which part; each takes minutes.")] = DevicePart.QUIET,
    noises: Annotated[str, typer.Option(help="dB below speech; for --part noise.")] = "20,10",
    leaks: Annotated[str, typer.Option(help="dB of the own voice at the microphone; for --part leak.")] = "-30,-15,-6",
    noise: Annotated[Path | None, typer.Option(help="A recording of noise.", exists=True, dir_okay=False)] = None,
    rounds: Annotated[int, typer.Option(min=1, help="Conversations under each condition.")] = 3,
    as_json: options.Json = False,
) -> None:
    """Whole conversations with `voicecart listen` on a virtual sound path; needs PulseAudio and flite."""
    if part is DevicePart.IDLE:
        raise typer.Exit(device_bench.run_idle(as_json))
    cells = {
        DevicePart.QUIET: [device_bench.Conditions()],
        DevicePart.NOISE: [device_bench.Conditions(noise=one) for one in _decibels(noises)],
        DevicePart.LEAK: [device_bench.Conditions(leak=one) for one in _decibels(leaks)],
    }
    raise typer.Exit(device_bench.run(cells[part], rounds, noise, as_json))


def _decibels(text: str) -> list[float]:
    try:
        return [float(one) for one in text.split(",")]
    except ValueError as error:
        raise UsageProblem(f"{text!r} is no list of decibels; write it like -30,-15") from error


@app.command(epilog="Examples: voicecart bench overhearing --minutes 120 · voicecart bench overhearing --own FOLDER")
def overhearing(
    minutes: Annotated[float, typer.Option(min=1, help="Of sound, fed faster than real time.")] = 20,
    own: Annotated[
        Path | None, typer.Option(help="A folder of recordings, each once.", exists=True, file_okay=False)
    ] = None,
    always: Annotated[bool, typer.Option("--always", help="A device without wake word.")] = False,
    as_json: options.Json = False,
) -> None:
    """Talk and music meant for nobody, fed to a device that may buy; exit code 1 when something was ordered."""
    raise typer.Exit(overhearing_bench.run(minutes, own, always, as_json))


@app.command(epilog="Examples: voicecart bench soak --hours 8 · voicecart bench soak --minutes 60 --json")
def soak(
    hours: Annotated[float | None, typer.Option(min=0.1, help="Of sound fed faster than real time.")] = None,
    minutes: Annotated[float | None, typer.Option(min=1, help="On a virtual sound path, as long as they last.")] = None,
    as_json: options.Json = False,
) -> None:
    """A device that listens for hours; exit code 1 when memory, threads or files grow, or a turn is missed."""
    if (hours is None) == (minutes is None):
        raise UsageProblem("give either --hours or --minutes")
    if hours is not None:
        raise typer.Exit(soak_bench.run_fed(hours, as_json))
    assert minutes is not None
    raise typer.Exit(soak_bench.run_path(minutes, as_json))


@app.command(epilog="Example: voicecart bench race --checkouts 10000 --processes 8 --units 1000 --part keys")
def race(
    checkouts: Annotated[int, typer.Option(min=1)] = 10_000,
    processes: Annotated[int, typer.Option(min=1, max=64)] = 8,
    units: Annotated[int, typer.Option(min=1)] = 1_000,
    part: Annotated[list[race_bench.Part] | None, typer.Option(help="Only this one; can be repeated.")] = None,
    database: options.Database = None,
    as_json: options.Json = False,
) -> None:
    """Many shoppers want the last units; exit code 1 when a promise is broken."""
    parts = part or list(race_bench.Part)
    raise typer.Exit(race_bench.run(database, checkouts, processes, units, parts, as_json))


@app.command(
    epilog="Example: voicecart bench throughput --customers 1,8,64 --database postgresql://shop@localhost/empty"
)
def throughput(
    customers: Annotated[str, typer.Option(help="How many buy at once; numbers, comma-separated.")] = "1,8,64",
    seconds: Annotated[int, typer.Option(min=1, help="How long each number of customers buys.")] = 20,
    database: options.Database = None,
    as_json: options.Json = False,
) -> None:
    """Orders a second, beside what pgbench commits on the same PostgreSQL; exit code 1 when an order is lost."""
    raise typer.Exit(throughput_bench.run(database, _numbers("--customers", customers), seconds, as_json))


@app.command(epilog="Example: voicecart bench drain --workers 1,2,4 --database postgresql://shop@localhost/empty")
def drain(
    workers: Annotated[str, typer.Option(help="How many share the work; numbers, comma-separated.")] = "1,2,4",
    messages: Annotated[int, typer.Option(min=1)] = 1_000,
    takes: Annotated[float, typer.Option(min=0, help="Seconds that the mail server needs for each.")] = 0.1,
    database: options.Database = None,
    as_json: options.Json = False,
) -> None:
    """Workers empty an outbox together; exit code 1 when a message is sent twice or not at all."""
    raise typer.Exit(drain_bench.run(database, _numbers("--workers", workers), messages, takes, as_json))


@app.command(epilog="Example: voicecart bench footprint --database postgresql://shop@localhost/empty")
def footprint(
    conversations: Annotated[int, typer.Option(min=1, help="How many are held.")] = 20,
    database: options.Database = None,
    as_json: options.Json = False,
) -> None:
    """What a typed turn costs: statements, processor time here and in PostgreSQL, rows and bytes written."""
    raise typer.Exit(footprint_bench.run(database, conversations, as_json))


@app.command(epilog="Example: voicecart bench restore --shoppers 4 --orders 400 --json")
def restore(
    shoppers: Annotated[int, typer.Option(min=1, max=64, help="How many buy at once.")] = 4,
    orders: Annotated[int, typer.Option(min=1, help="How many are made, the backup being taken meanwhile.")] = 400,
    database: options.Database = None,
    as_json: options.Json = False,
) -> None:
    """A backup taken under load is restored elsewhere and checked; exit code 1 when a promise is broken."""
    raise typer.Exit(restore_bench.run(database, shoppers, orders, as_json))


@app.command(epilog="Example: voicecart bench crash --kills 100 --state crash.json")
def crash(
    kills: Annotated[int, typer.Option(min=1)] = 100,
    state: Annotated[Path | None, typer.Option(help="A file to go on from; made when it is missing.")] = None,
    database: options.Database = None,
    as_json: options.Json = False,
) -> None:
    """Processes of a shop are killed while they trade; exit code 1 when a promise is broken."""
    raise typer.Exit(crash_bench.run(database, kills, state, as_json))


@app.command(epilog="Example: voicecart bench ledger --steps 10000")
def ledger(
    steps: Annotated[int, typer.Option(min=1)] = 10_000,
    examples: Annotated[Path | None, typer.Option(help="A folder that remembers what failed.")] = None,
    database: options.Database = None,
    as_json: options.Json = False,
) -> None:
    """The whole shop against a simple model; exit code 1 when they disagree. Needs hypothesis (`voicecart[test]`)."""
    try:
        from bench import ledger as ledger_bench
    except ModuleNotFoundError as missing:
        raise UsageProblem(f"{missing.name} is not installed: pip install 'voicecart[test]'") from missing
    raise typer.Exit(ledger_bench.run(database, steps, examples, as_json))


@app.command(epilog="Example: voicecart bench alexa --requests 10000 --json")
def alexa(
    requests: Annotated[int, typer.Option(min=1, help="How many at full speed.")] = 2_000,
    sessions: Annotated[int, typer.Option(min=1, help="How many interleaved conversations.")] = 1_000,
    database: options.Database = None,
    as_json: options.Json = False,
) -> None:
    """Signed requests to the skill, beside the smallest skill; exit code 1 when one failed or a cart is wrong."""
    from bench import alexa as alexa_bench  # with all of cryptography, which no other command needs

    raise typer.Exit(alexa_bench.run(database, requests, sessions, as_json))


def _numbers(option: str, text: str) -> list[int]:
    try:
        numbers = [int(number) for number in text.split(",")]
    except ValueError as error:
        raise UsageProblem(f"{option} are numbers such as 1,8,64") from error
    if not all(1 <= number <= MOST_AT_ONCE for number in numbers):
        raise UsageProblem(f"{option} are numbers from 1 to {MOST_AT_ONCE}")
    return numbers
