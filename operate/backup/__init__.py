"""A deployment in one file: our keys of Redis as of one moment, and DATA_DIR."""
