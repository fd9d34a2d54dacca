"""The figures of the store: what it writes in a second, works off, finds again and proves."""
