"""Redis as a master with replicas, and sentinels that choose another one."""
