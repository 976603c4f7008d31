"""What conversations cost that are open, on record, or started ahead: time and memory."""
