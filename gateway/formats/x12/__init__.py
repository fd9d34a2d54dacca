"""X12: reading, writing and the structure of its releases."""
