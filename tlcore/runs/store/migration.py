"""Brings a store file of an older version to this one, in one transaction.

Version 1 knew fine-tunes and profiles on a `device`; version 2 has kinds, lanes and wanted states;
version 3 has a table more, for what readers predict, which `create_all` makes.
A column that must not be null cannot be left out of a table, so `runs` is written anew.
"""

from __future__ import annotations

import sqlalchemy as sa

from tlcore.runs.store.tables import VERSION, metadata, runs

# Later versions from version 1; a column of both is carried over, others begin with a default.
_FROM_1 = {
    "kind": "coalesce(json_extract(spec, '$.kind'), 'fine_tune')",
    "lane": "CASE WHEN device LIKE 'cuda%' THEN 'gpu' ELSE 'cpu' END",
}


def bring_up(connection: sa.Connection) -> None:
    """Within a transaction: make what is missing; another process may have done it meanwhile."""
    version = connection.exec_driver_sql("PRAGMA user_version").scalar_one()
    if version == 1:
        _from_1(connection)
    metadata.create_all(connection)
    connection.exec_driver_sql(f"PRAGMA user_version={VERSION}")


def _from_1(connection: sa.Connection) -> None:
    before = {row[1] for row in connection.exec_driver_sql("PRAGMA table_info(runs)")}
    for index in connection.exec_driver_sql("PRAGMA index_list(runs)").all():
        if index[3] == "c":  # made by CREATE INDEX; the names are wanted for the new table
            connection.exec_driver_sql(f'DROP INDEX "{index[1]}"')
    connection.exec_driver_sql("ALTER TABLE runs RENAME TO runs_1")
    metadata.create_all(connection)
    filled = {c.name: f'"{c.name}"' for c in runs.c if c.name in before} | _FROM_1
    into, values = ", ".join(f'"{name}"' for name in filled), ", ".join(filled.values())
    connection.exec_driver_sql(
        f"INSERT INTO runs ({into}) SELECT {values} FROM runs_1 ORDER BY created, id"
    )
    connection.exec_driver_sql("DROP TABLE runs_1")
