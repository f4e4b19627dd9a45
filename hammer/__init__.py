"""Attacks on goscore from outside: what is tried, how often, and what was lost."""
