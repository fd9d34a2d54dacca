"""The ledger is held against all that is kept, and what does not fit is told."""
