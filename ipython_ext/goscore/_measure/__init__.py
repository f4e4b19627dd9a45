"""Comparing Python with Go, and advice on when Go pays."""
