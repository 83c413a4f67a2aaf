"""Logs as JSON lines on stderr, each with the time, the level and the request's id. No secrets, no utterances."""

from __future__ import annotations

import logging
import sys

import structlog
from gunicorn.config import Config
from gunicorn.glogging import Logger as GunicornLogger

_SHARED: tuple[structlog.typing.Processor, ...] = (
    structlog.contextvars.merge_contextvars,
    structlog.stdlib.add_log_level,
    structlog.stdlib.add_logger_name,
    structlog.stdlib.PositionalArgumentsFormatter(),
    structlog.processors.TimeStamper(fmt="iso", utc=True),
    structlog.processors.format_exc_info,
)


def log_as_json() -> None:
    """Let every logger of the process, ours and the libraries', write JSON lines to stderr."""
    structlog.configure(
        processors=[structlog.stdlib.filter_by_level, *_SHARED, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=True,
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=list(_SHARED),
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                structlog.processors.JSONRenderer(ensure_ascii=False),
            ],
        )
    )
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(logging.INFO)
    logging.getLogger("alembic").setLevel(logging.WARNING)
    logging.getLogger("ask_sdk_core").setLevel(logging.WARNING)
    logging.getLogger("urllib3").setLevel(logging.WARNING)


class ServerLog(GunicornLogger):  # type: ignore[misc]
    """gunicorn's own messages through the same handler as everybody's; its access log is ours instead."""

    def setup(self, cfg: Config) -> None:
        """Called by gunicorn."""
        super().setup(cfg)
        self.error_log.handlers.clear()
        self.error_log.propagate = True
