"""Programs that tests of the service run."""
