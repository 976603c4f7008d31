"""Clocks that machines agree on, or that no freeze stops: Redis' own, and a steady one."""
