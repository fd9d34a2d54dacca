"""The way of a document between partners: what is decided of it, as values in and values out."""
