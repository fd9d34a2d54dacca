"""The gateway: reads, checks, translates and acknowledges business documents."""

__version__ = "0.1.0"
