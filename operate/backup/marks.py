"""What lies in a DATA_DIR that nothing has been kept in yet."""

TAKEN_OVER = "taken-over"
"""Left by `operate.take_over`, which goes before everything else where there are containers."""
