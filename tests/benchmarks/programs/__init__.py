"""Programs that benchmarks start, each as a process of its own: `python -m` and its name."""
