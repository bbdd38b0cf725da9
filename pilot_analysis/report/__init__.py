"""Figures, tables and the page of a review. Computes nothing: it shows what the review holds."""
