"""What does a ticket leave behind when it is closed, and what is still promised after that?"""
