"""The tables of the run store.  A change raises VERSION, which the file keeps in user_version."""

from __future__ import annotations

import sqlalchemy as sa

VERSION = 3

metadata = sa.MetaData()
runs = sa.Table(
    "runs",
    metadata,
    sa.Column("id", sa.Text, primary_key=True),
    sa.Column("hash", sa.Text, nullable=False, index=True),
    sa.Column("kind", sa.Text, nullable=False, server_default="fine_tune"),
    sa.Column("of", sa.Text, index=True),  # the run that an explanation or export is about
    sa.Column("status", sa.Text, nullable=False, index=True),
    sa.Column("user", sa.Text, nullable=False),
    sa.Column("created", sa.Float, nullable=False),
    sa.Column("started", sa.Float),
    sa.Column("ended", sa.Float, index=True),
    sa.Column("attempt", sa.Integer, nullable=False, default=1),
    sa.Column("deaths", sa.Integer, nullable=False, server_default="0"),  # of workers under it
    sa.Column("stop", sa.Boolean, nullable=False, default=False),  # wanted, like `pause`
    sa.Column("pause", sa.Boolean, nullable=False, server_default="0"),
    sa.Column("lane", sa.Text, nullable=False, server_default="cpu"),  # tlcore.runs.run.Lane
    sa.Column("priority", sa.Integer, nullable=False, server_default="0"),  # 1: the teacher's
    sa.Column("estimate", sa.Float),  # seconds on a slot, as told before the start
    sa.Column("used", sa.Float, nullable=False, server_default="0"),  # seconds of earlier stretches
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
settings = sa.Table(  # of the room: limits, notices
    "settings",
    metadata,
    sa.Column("name", sa.Text, primary_key=True),
    sa.Column("value", sa.JSON, nullable=False),
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
# What was predicted.  New tables stand last (tlcore.runs.recovery.salvage: the first page).
answers = sa.Table(
    "answers",
    metadata,
    sa.Column("user", sa.Text, primary_key=True),
    sa.Column("question", sa.Text, primary_key=True, index=True),
    sa.Column("option", sa.Integer),  # null: wanted to see it without a guess
    sa.Column("given", sa.Float, nullable=False),
)
