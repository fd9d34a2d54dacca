"""The steps of the queue: which there are, who works them, and when some come by themselves."""
