"""How are figures told: as messages of the public promise, and as pages to read and print?"""
