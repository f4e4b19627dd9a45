"""What a Go function spent its time on: its own lines, with what the compiler says of them."""
