"""What a valid document is: definitions read from `schemas/`, compiled into checks."""
