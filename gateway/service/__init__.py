"""The service: what runs for as long as the gateway does."""
