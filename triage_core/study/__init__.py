"""Does the calibration find what is wrong with a policy, where it is known what is wrong?"""
