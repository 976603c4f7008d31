"""The invariants I1 to I9, a file for each kind of promise."""
