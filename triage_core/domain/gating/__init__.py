"""What stands between a text and the customer, and who opens it?"""
