"""How far may automation go, who let it, and what stops it?"""
