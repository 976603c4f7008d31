"""The invariants I1 to I12, a file for each kind of promise."""
