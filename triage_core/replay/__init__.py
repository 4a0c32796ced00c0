"""What do the rows of a recorded log say about a desk, a policy and an engine?"""
