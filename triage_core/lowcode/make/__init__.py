"""What does a Make blueprint say, and is it sound?"""
