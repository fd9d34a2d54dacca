"""The folder exchange in small."""
