"""What drafts go through and fill: lists, dicts, sets and tuples, loops over them, and comprehensions."""
