"""What comes in is taken once: by Redis, or by this disk until Redis is there; or turned away."""
