"""How does an escalation reach a named person and stay with one until it is over?"""
