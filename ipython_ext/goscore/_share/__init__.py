"""Frames that are put into a segment once."""
