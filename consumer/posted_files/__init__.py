"""Files and pictures that people posted: read where the operator mounts Campfire's storage.

storage asks Campfire's database, blob reads the file below it, opening makes text or a picture of
it in a child; toolbox is what the agent has of it. Nothing is imported here: the child is to start
quickly.
"""
