"""The real service, killed at every moment that matters: nothing acknowledged is lost, nothing doubled."""
