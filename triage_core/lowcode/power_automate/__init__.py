"""What is wrong with a flow of Power Automate, before anybody imports it?"""
