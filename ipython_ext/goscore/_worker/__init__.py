"""The worker process and the messages to it."""
