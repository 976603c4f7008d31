"""What a delivery costs the web process."""
