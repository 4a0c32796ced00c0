"""How does a policy change: proposed, tried on the past, approved by somebody else, in force, taken back?"""
