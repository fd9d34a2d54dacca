"""How a command in another process reaches the service."""
