"""Nothing that a test does leaves this machine: `guard` for our process, `namespace` for all."""
