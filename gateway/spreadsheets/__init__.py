"""Spreadsheets as files: written with openpyxl, which keeps parts in files of its own while it works."""
