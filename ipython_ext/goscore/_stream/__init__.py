"""Running a function over data that comes batch by batch."""
