"""Sums become estimates, estimates states, states a verdict: by rules that are data."""
