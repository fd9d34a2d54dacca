"""Control numbers: each is given once, and what became of each is kept."""
