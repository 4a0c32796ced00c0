"""How are tickets kept in a relational database?"""
