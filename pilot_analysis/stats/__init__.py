"""Pure arithmetic on arrays and sums. Imports nothing else of the package; every function cites its source."""
