"""How the tables came to be what they are: each version of the gateway that changed them adds a step here."""
