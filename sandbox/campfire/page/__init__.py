"""The sandbox's page in the browser: rooms, messages arriving live, and a composer."""
