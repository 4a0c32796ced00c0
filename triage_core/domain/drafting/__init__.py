"""How does a text about a ticket come from the desk's templates and facts of ours, without a word of the ticket?"""
