"""What is a decision worth, judged afterwards by people who did not see it, and which rule would have done better?"""
