"""Tables, code lists and cross-references as sheets of a spreadsheet, and the changes made there."""
