"""The database of records: SQLite by default, any other by its SQLAlchemy address."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, create_engine, event
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import DeclarativeBase, Session, sessionmaker

from corpus.errors import AssistantError

RECORDS_FILE = "records.sqlite"

BUSY_MILLISECONDS = 5000
"""How long a writer waits for another one in SQLite; a write here takes a few milliseconds."""


class RecordsUnavailable(AssistantError):
    """The database of records cannot be opened, read or written."""

    def __init__(self, problem: str) -> None:
        self.problem = problem
        super().__init__(problem)

    def __str__(self) -> str:
        return f"The records cannot be used ({self.problem}); check IHUB_RECORDS and the folder in IHUB_HOME."


class Record(DeclarativeBase):
    """Base of all tables; every module of this package declares its own."""


class Database:
    """Opens sessions; the tables of every imported module are made where they are missing."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._sessions = sessionmaker(engine, expire_on_commit=False)

    @classmethod
    def open(cls, address: str, home: Path) -> Database:
        """Open the database at a SQLAlchemy `address`, or `records.sqlite` in `home` where it is empty.

        Import the modules of all tables before.

        Raises:
            RecordsUnavailable: the address is wrong, or the database cannot be reached or written.
        """
        try:
            if not address:
                home.mkdir(parents=True, exist_ok=True)
            engine = create_engine(address or f"sqlite:///{home / RECORDS_FILE}", pool_pre_ping=True)
            if engine.dialect.name == "sqlite":
                event.listen(engine, "connect", _configure_sqlite)
            Record.metadata.create_all(engine)
        except (SQLAlchemyError, OSError, ImportError) as error:
            raise RecordsUnavailable(type(error).__name__) from error
        return cls(engine)

    @contextmanager
    def session(self) -> Iterator[Session]:
        """Yield a session that is committed at the end, or rolled back when something fails.

        Raises:
            RecordsUnavailable: the database cannot be read or written.
        """
        try:
            with self._sessions.begin() as session:
                yield session
        except SQLAlchemyError as error:
            raise RecordsUnavailable(type(error).__name__) from error

    def close(self) -> None:
        """Close all connections."""
        self._engine.dispose()


def _configure_sqlite(connection: Any, _: object) -> None:
    cursor = connection.cursor()
    cursor.execute("PRAGMA journal_mode=WAL")
    cursor.execute("PRAGMA foreign_keys=ON")
    cursor.execute(f"PRAGMA busy_timeout={BUSY_MILLISECONDS}")
    cursor.close()
