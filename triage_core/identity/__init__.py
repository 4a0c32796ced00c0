"""Who is calling, how is it proved, and what may they do?"""
