"""How fast, how punctual and how well decided was the work?"""
