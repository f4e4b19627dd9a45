"""The benchmark suite: goscore end to end, beside what a user would pick instead."""
