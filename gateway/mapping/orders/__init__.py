"""Order memory: what an answer to an order leaves out is taken from the order."""
