"""Explanations: where every place of what was written comes from, and what is left over."""
