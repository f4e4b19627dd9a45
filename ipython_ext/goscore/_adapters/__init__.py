"""What engines and libraries need to call Go functions where their data is: a module for each contract."""
