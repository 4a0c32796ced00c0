"""What does the product decide? Pure functions of values: no clock, no ids, no randomness, no input or output."""
