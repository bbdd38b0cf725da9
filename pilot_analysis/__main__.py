"""`python -m pilot_analysis` is the command `pilot-analysis`."""

from pilot_analysis.cli import main

main()
