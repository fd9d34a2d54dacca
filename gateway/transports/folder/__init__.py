"""Drop folders: files are claimed when they are whole, delivered once, and answered beside."""
