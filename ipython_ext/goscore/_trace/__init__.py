"""What a Go function did, step by step."""
