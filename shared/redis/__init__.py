"""How both processes speak to Redis: client, scripts, outages, the version of what is there."""
