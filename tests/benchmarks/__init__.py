"""Measurements of the service, as ratios within one run: `python -m tests.benchmarks`.

A benchmark is a module below `measured/` with one function, `measure` (see `benchmark`). It
measures ours and what it is compared with by turns, so that noise of the machine hits both.
"""
