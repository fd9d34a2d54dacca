"""The exchange at work: files are taken up, translated, answered, delivered and confirmed."""
