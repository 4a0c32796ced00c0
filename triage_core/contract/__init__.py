"""What does the product promise to callers? Messages, operations, events and problems, as data."""
