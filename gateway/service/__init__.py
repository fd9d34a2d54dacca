"""The one process that writes, and how commands reach it."""
