"""The folder exchange, measured: files of a partner go in, and what is made of them is handed over."""
