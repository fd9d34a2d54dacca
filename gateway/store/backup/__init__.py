"""Backups, and stores that begin with one."""
