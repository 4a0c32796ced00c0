"""What did each step change? In the order of their numbers."""
