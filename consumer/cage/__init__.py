"""The cage of a shell: what of this machine its commands may see, and the proof that it holds."""
