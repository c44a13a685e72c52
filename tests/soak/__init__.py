"""The soak: hours at a steady rate, with members that come and go; does anything grow?"""
