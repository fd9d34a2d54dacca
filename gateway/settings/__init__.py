"""The settings of a workspace, `gateway.yaml`."""

from gateway.settings.forms import Settings
from gateway.settings.parse import parse_settings, read_settings

__all__ = ["Settings", "parse_settings", "read_settings"]
