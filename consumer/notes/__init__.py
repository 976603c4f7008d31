"""Notes: what a lane's people asked to have remembered, whatever conversation comes."""
