"""Load, decide, save: which use cases does the product offer? No rule lives here."""
