"""Which other engines can say the same policy, and what does each need to say it at its best?"""
