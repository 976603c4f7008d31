"""The live stream's publishing side: what happens in turns, told in Redis to whoever watches."""
