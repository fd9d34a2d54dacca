"""The figures of the store in small."""
