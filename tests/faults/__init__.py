"""The fault campaign: what can fail, fails at random moments, and two sums must hold after each."""
