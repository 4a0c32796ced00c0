"""How fast is the product beside the alternatives, measured in one run and only after equal answers?"""
