"""What did solved tickets teach, and how does the next one find it?"""
