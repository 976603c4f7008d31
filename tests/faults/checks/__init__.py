"""The invariants I1 to I14, a file for each kind of promise."""
