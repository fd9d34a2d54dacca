"""Small programs that the harnesses of faults are tried on."""
