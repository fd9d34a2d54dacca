"""The first tables."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

LARGE = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
MOMENT = sa.String(27)

# Each holds only the steps that are looked for through it: those that are done are the most by far.
STEPS = (
    ("ix_step_due", ["priority", "run_at", "n"], "state = 'waiting' AND deaths = 0"),
    ("ix_step_suspect", ["run_at", "n"], "state = 'waiting' AND deaths > 0"),
    ("ix_step_leased", ["deaths"], "state = 'leased'"),
    ("ix_step_lane", ["lane"], "state IN ('waiting', 'leased') AND lane IS NOT NULL"),
    ("ix_step_behind", ["lane", "n"], "state = 'behind'"),
    ("ix_step_buried", ["state", "n"], "state IN ('dead', 'parked')"),
    ("ix_step_ended", ["ended_at"], "state IN ('done', 'cancelled')"),
)

# Against accidents; against intent stand the checkpoints.
APPEND_ONLY = "leaves of the ledger are never changed or removed"
GUARDS = {
    "sqlite": [
        f"CREATE TRIGGER ledger_leaf_no_{event.lower()} BEFORE {event} ON ledger_leaf "
        f"BEGIN SELECT RAISE(ABORT, '{APPEND_ONLY}'); END"
        for event in ("UPDATE", "DELETE")
    ],
    "postgresql": [
        f"CREATE FUNCTION ledger_leaf_guard() RETURNS trigger LANGUAGE plpgsql AS "
        f"$$ BEGIN RAISE EXCEPTION '{APPEND_ONLY}'; END $$",
        "CREATE TRIGGER ledger_leaf_guard BEFORE UPDATE OR DELETE OR TRUNCATE ON ledger_leaf "
        "FOR EACH STATEMENT EXECUTE FUNCTION ledger_leaf_guard()",
    ],
}


def upgrade() -> None:
    op.create_table(
        "actor",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_actor")),
    )
    op.create_index(op.f("ix_actor_kind_name"), "actor", ["kind", "name"], unique=True)

    op.create_table(
        "checkpoint",
        sa.Column("epoch", sa.Integer(), nullable=False),
        sa.Column("size", LARGE, autoincrement=False, nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("epoch", "size", name=op.f("pk_checkpoint")),
    )
    op.create_table(
        "control_number_stream",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("sender", sa.String(), nullable=False),
        sa.Column("receiver", sa.String(), nullable=False),
        sa.Column("function", sa.String(), nullable=False),
        sa.Column("cycle", sa.Integer(), nullable=False),
        sa.Column("following", LARGE, nullable=False),
        sa.Column("first", LARGE, nullable=False),
        sa.Column("last", LARGE, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_control_number_stream")),
    )
    op.create_index(
        op.f("ix_control_number_stream_sender_receiver_function"),
        "control_number_stream",
        ["sender", "receiver", "function"],
        unique=True,
    )

    op.create_table(
        "epoch",
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("opened_at", MOMENT, nullable=False),
        sa.Column("first_leaf", LARGE, nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("why", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_epoch")),
    )
    op.create_table(
        "last_batch",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("mark", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_last_batch")),
    )
    op.create_table(
        "ledger_leaf",
        sa.Column("n", LARGE, autoincrement=False, nullable=False),
        sa.Column("message_id", sa.String(), nullable=True),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.Column("hash", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("n", name=op.f("pk_ledger_leaf")),
    )
    op.create_index(op.f("ix_ledger_leaf_message_id"), "ledger_leaf", ["message_id"])

    op.create_table(
        "ledger_node",
        sa.Column("level", sa.Integer(), nullable=False),
        sa.Column("n", LARGE, autoincrement=False, nullable=False),
        sa.Column("hash", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("level", "n", name=op.f("pk_ledger_node")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "message_key",
        sa.Column("message_id", sa.String(), nullable=False),
        sa.Column("key_id", sa.String(), nullable=True),
        sa.Column("wrapped", sa.LargeBinary(), nullable=True),
        sa.Column("destroyed_at", MOMENT, nullable=True),
        sa.PrimaryKeyConstraint("message_id", name=op.f("pk_message_key")),
    )
    op.create_table(
        "partner",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("normalised", sa.String(), nullable=False),
        sa.Column("leaves", LARGE, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_partner")),
        sa.UniqueConstraint("name", name=op.f("uq_partner_name")),
    )
    op.create_index(op.f("ix_partner_normalised"), "partner", ["normalised"])

    op.create_table(
        "request",
        sa.Column("key", sa.String(length=200), nullable=False),
        sa.Column("answer", sa.Text(), nullable=False),
        sa.Column("made_at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_request")),
    )
    op.create_table(
        "step",
        sa.Column("n", LARGE, nullable=False),
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("dedupe", sa.String(), nullable=True),
        sa.Column("lane", sa.String(), nullable=True),
        sa.Column("priority", sa.Integer(), nullable=False),
        sa.Column("run_at", MOMENT, nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("harms", sa.Integer(), nullable=False),
        sa.Column("deaths", sa.Integer(), nullable=False),
        sa.Column("leases", sa.Integer(), nullable=False),
        sa.Column("lease_by", sa.String(), nullable=True),
        sa.Column("lease_until", MOMENT, nullable=True),
        sa.Column("message_id", sa.String(), nullable=True),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("last_error", sa.Text(), nullable=True),
        sa.Column("made_at", MOMENT, nullable=False),
        sa.Column("ended_at", MOMENT, nullable=True),
        sa.PrimaryKeyConstraint("n", name=op.f("pk_step")),
        sa.UniqueConstraint("id", name=op.f("uq_step_id")),
        sa.UniqueConstraint("dedupe", name=op.f("uq_step_dedupe")),
    )
    op.create_index(op.f("ix_step_message_id"), "step", ["message_id"])
    for name, columns, rows in STEPS:
        where, unique = sa.text(rows), name == "ix_step_lane"
        op.create_index(
            op.f(name), "step", columns, unique=unique, sqlite_where=where, postgresql_where=where
        )

    op.create_table(
        "witnessed",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("epoch", sa.Integer(), nullable=False),
        sa.Column("size", LARGE, nullable=False),
        sa.Column("place", sa.String(), nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("outcome", sa.String(), nullable=False),
        sa.Column("answer", sa.LargeBinary(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_witnessed")),
    )
    op.create_index(op.f("ix_witnessed_epoch_size"), "witnessed", ["epoch", "size"])

    op.create_table(
        "alert",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("severity", sa.String(), nullable=False),
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("about", sa.String(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("times", sa.Integer(), nullable=False),
        sa.Column("opened_at", MOMENT, nullable=False),
        sa.Column("last_at", MOMENT, nullable=False),
        sa.Column("acknowledged_at", MOMENT, nullable=True),
        sa.Column("acknowledged_by", sa.String(), nullable=True),
        sa.ForeignKeyConstraint(["acknowledged_by"], ["actor.id"], name=op.f("fk_alert_acknowledged_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_alert")),
    )
    op.create_index(
        op.f("ix_alert_acknowledged_at_code_about"), "alert", ["acknowledged_at", "code", "about"]
    )

    op.create_table(
        "control_number_use",
        sa.Column("stream_id", sa.String(), nullable=False),
        sa.Column("cycle", sa.Integer(), nullable=False),
        sa.Column("first", LARGE, autoincrement=False, nullable=False),
        sa.Column("last", LARGE, nullable=False),
        sa.Column("use", sa.String(), nullable=False),
        sa.Column("message_id", sa.String(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("at", MOMENT, nullable=False),
        sa.CheckConstraint("last >= first", name=op.f("ck_control_number_use_range")),
        sa.ForeignKeyConstraint(
            ["stream_id"], ["control_number_stream.id"], name=op.f("fk_control_number_use_stream_id")
        ),
        sa.PrimaryKeyConstraint("stream_id", "cycle", "first", name=op.f("pk_control_number_use")),
    )
    op.create_index(op.f("ix_control_number_use_message_id"), "control_number_use", ["message_id"])

    op.create_table(
        "ledger_record",
        sa.Column("n", LARGE, autoincrement=False, nullable=False),
        sa.Column("owner", sa.String(), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=True),
        sa.ForeignKeyConstraint(["n"], ["ledger_leaf.n"], name=op.f("fk_ledger_record_n")),
        sa.PrimaryKeyConstraint("n", name=op.f("pk_ledger_record")),
    )
    op.create_table(
        "message",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("within", sa.String(), nullable=True),
        sa.Column("direction", sa.String(), nullable=False),
        sa.Column("channel", sa.String(), nullable=False),
        sa.Column("partner", sa.String(), nullable=True),
        sa.Column("usage", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("size", LARGE, nullable=False),
        sa.Column("arrived_at", MOMENT, nullable=False),
        sa.Column("changed_at", MOMENT, nullable=False),
        sa.ForeignKeyConstraint(["partner"], ["partner.id"], name=op.f("fk_message_partner")),
        sa.ForeignKeyConstraint(["within"], ["message.id"], name=op.f("fk_message_within")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_message")),
    )
    op.create_index(op.f("ix_message_partner_id"), "message", ["partner", "id"])
    op.create_index(op.f("ix_message_partner_state_id"), "message", ["partner", "state", "id"])
    op.create_index(op.f("ix_message_state_id"), "message", ["state", "id"])
    op.create_index(op.f("ix_message_usage_id"), "message", ["usage", "id"])
    op.create_index(op.f("ix_message_within"), "message", ["within"])

    op.create_table(
        "payload",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("message_id", sa.String(), nullable=False),
        sa.Column("role", sa.String(), nullable=False),
        sa.Column("size", LARGE, nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=True),
        sa.Column("vault_name", sa.String(), nullable=True),
        sa.Column("salt", sa.LargeBinary(), nullable=True),
        sa.Column("digest", sa.String(), nullable=False),
        sa.CheckConstraint("sealed IS NULL OR vault_name IS NULL", name=op.f("ck_payload_one_place")),
        sa.ForeignKeyConstraint(["message_id"], ["message.id"], name=op.f("fk_payload_message_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_payload")),
        sa.UniqueConstraint("vault_name", name=op.f("uq_payload_vault_name")),
    )
    op.create_index(op.f("ix_payload_message_id"), "payload", ["message_id"])

    op.create_table(
        "search_key",
        sa.Column("normalised", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("message_id", sa.String(), nullable=False),
        sa.Column("written", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["message_id"], ["message.id"], name=op.f("fk_search_key_message_id")),
        sa.PrimaryKeyConstraint("normalised", "kind", "message_id", name=op.f("pk_search_key")),
        sqlite_with_rowid=False,
    )
    op.create_index(op.f("ix_search_key_message_id"), "search_key", ["message_id"])
    for guard in GUARDS[op.get_bind().dialect.name]:
        op.execute(guard)
