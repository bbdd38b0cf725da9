"""What to sum for each KPI, and the scans that sum it: by arm, case-mix cell and agent."""
