"""Formats: bytes to trees and back, streaming and pure."""
