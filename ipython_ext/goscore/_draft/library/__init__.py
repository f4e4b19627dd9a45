"""Python's own library in drafts: methods and functions of lists, dicts, sets, and modules such as heapq."""
