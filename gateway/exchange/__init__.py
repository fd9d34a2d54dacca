"""The decisions on a document's way between partners: pure functions of what is agreed and what happened."""
