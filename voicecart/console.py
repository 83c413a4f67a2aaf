"""What a command prints: for people on a terminal or in a pipe, or one JSON object a line for machines."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from decimal import Decimal
from typing import Any

from babel.numbers import format_currency, get_currency_precision
from rich.console import Console
from rich.progress import (
    BarColumn,
    DownloadColumn,
    MofNCompleteColumn,
    Progress,
    TaskID,
    TextColumn,
    TimeRemainingColumn,
)
from rich.table import Table

from commerce.money import Money

out = Console(highlight=False)
err = Console(stderr=True, highlight=False)


def print_json(value: Mapping[str, Any]) -> None:
    """One object on one line of stdout, at once, so that a pipe sees each as it comes."""
    sys.stdout.write(json.dumps(value, ensure_ascii=False, default=str) + "\n")
    sys.stdout.flush()


def say(text: str = "", style: str | None = None) -> None:
    """A line for a person; nothing in `text` is taken for markup."""
    out.print(text, style=style, markup=False, soft_wrap=True)


def warn(text: str) -> None:
    """A line on stderr."""
    err.print(text, style="yellow", markup=False, soft_wrap=True)


def complain(text: str) -> None:
    """What went wrong, one line on stderr."""
    err.print(f"voicecart: {text}", style="bold red", markup=False, soft_wrap=True)


def table(columns: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    """Aligned columns."""
    drawn = Table(*columns, box=None, pad_edge=False, header_style="bold")
    for row in rows:
        drawn.add_row(*("" if cell is None else str(cell) for cell in row))
    out.print(drawn, markup=False) if out.is_terminal else _plain(columns, rows)


def _plain(columns: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    cells = [list(columns), *([("" if cell is None else str(cell)) for cell in row] for row in rows)]
    widths = [max(len(line[index]) for line in cells) for index in range(len(columns))]
    for line in cells:
        sys.stdout.write("  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip() + "\n")


def progress() -> Progress:
    """A progress bar on stderr; silent when that is no terminal."""
    return Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeRemainingColumn(),
        console=err,
        disable=not err.is_terminal,
        transient=True,
    )


@contextmanager
def download_progress() -> Iterator[Callable[[str, int, int | None], None]]:
    """A bar a file, on stderr. Yields what is told (file, bytes so far, all bytes or None)."""
    columns = (TextColumn("{task.description}"), BarColumn(), DownloadColumn(), TimeRemainingColumn())
    with Progress(*columns, console=err, disable=not err.is_terminal, transient=True) as bars:
        tasks: dict[str, TaskID] = {}

        def told(file: str, done: int, whole: int | None) -> None:
            if file not in tasks:
                tasks[file] = bars.add_task(file, total=whole)
            bars.update(tasks[file], completed=done, total=whole)

        yield told


def money(amount: Money) -> str:
    """As a person reads it: "$4.20", "₩3,000"."""
    units = Decimal(amount.amount).scaleb(-get_currency_precision(amount.currency))
    return format_currency(units, amount.currency, locale="en_US")
