"""Which pages does the service show to people?"""
