"""The invariants I1 to I13, a file for each kind of promise."""
