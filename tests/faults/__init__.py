"""The fault campaign: everything that can fail, fails, at random moments, and two sums must hold after each."""
