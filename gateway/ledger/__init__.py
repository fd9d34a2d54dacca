"""The tamper-evident ledger as pure values: tree, signed notes, leaves, and packs that prove what they say."""
