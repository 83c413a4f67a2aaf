"""What Alembic runs: the steps, on the connection and in the transaction that `commerce.storage.migrating` opened."""

from __future__ import annotations

from alembic import context

from commerce.storage.migrating import OPTIONS
from commerce.storage.tables import Base

context.configure(connection=context.config.attributes["connection"], target_metadata=Base.metadata, **OPTIONS)
context.run_migrations()
