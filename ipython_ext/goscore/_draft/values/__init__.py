"""What a translated expression is made of: types, code, names, and the translations of single values."""
