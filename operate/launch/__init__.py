"""The launcher of `make run`: the whole service on one machine, nothing to configure."""
