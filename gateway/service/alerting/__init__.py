"""Who hears of an alert."""
