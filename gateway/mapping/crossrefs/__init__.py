"""Cross-references: what one side calls an item, a place or a carrier, and what the other side calls it."""
