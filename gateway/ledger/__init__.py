"""The ledger as pure values: tree, signed notes, leaves, and packs that prove what happened."""
