"""The tables of the run store.  A change raises VERSION, which the file keeps in user_version."""

from __future__ import annotations

import sqlalchemy as sa

VERSION = 1

metadata = sa.MetaData()
runs = sa.Table(
    "runs",
    metadata,
    sa.Column("id", sa.Text, primary_key=True),
    sa.Column("hash", sa.Text, nullable=False, index=True),
    sa.Column("status", sa.Text, nullable=False, index=True),
    sa.Column("user", sa.Text, nullable=False),
    sa.Column("created", sa.Float, nullable=False),
    sa.Column("started", sa.Float),
    sa.Column("ended", sa.Float),
    sa.Column("attempt", sa.Integer, nullable=False, default=1),
    sa.Column("stop", sa.Boolean, nullable=False, default=False),
    sa.Column("device", sa.Text, nullable=False),
    sa.Column("spec", sa.JSON, nullable=False),
    sa.Column("compute", sa.JSON, nullable=False),
    sa.Column("error_key", sa.Text),
    sa.Column("error_values", sa.JSON(none_as_null=True)),
    sa.Column("brief", sa.JSON(none_as_null=True)),  # the result without its per-picture lists
    sa.Column("result", sa.JSON(none_as_null=True)),
)
rows = sa.Table(  # one record is one flush of the worker: rows first+1 .. first+count
    "rows",
    metadata,
    sa.Column("run_id", sa.Text, primary_key=True),
    sa.Column("attempt", sa.Integer, primary_key=True),
    sa.Column("first", sa.Integer, primary_key=True),
    sa.Column("count", sa.Integer, nullable=False),
    sa.Column("text", sa.Text, nullable=False),  # a JSON list
)
watchers = sa.Table(
    "watchers",
    metadata,
    sa.Column("run_id", sa.Text, primary_key=True),
    sa.Column("user", sa.Text, primary_key=True, index=True),
    sa.Column("watching", sa.Boolean, nullable=False),
)
profiles = sa.Table(
    "profiles",
    metadata,
    sa.Column("machine", sa.Text, primary_key=True),
    sa.Column("backbone", sa.Text, primary_key=True),
    sa.Column("saved", sa.Float, nullable=False),
    sa.Column("profile", sa.JSON, nullable=False),
)
clients = sa.Table(  # processes that want a dispatcher: the web process
    "clients",
    metadata,
    sa.Column("id", sa.Text, primary_key=True),
    sa.Column("pid", sa.Integer, nullable=False),
    sa.Column("beat", sa.Float, nullable=False),
)
orders = sa.Table(  # words to the dispatcher: "end"
    "orders",
    metadata,
    sa.Column("word", sa.Text, primary_key=True),
    sa.Column("given", sa.Float, nullable=False),
)
