"""The Claude Agent SDK in our words: the only room that imports it.

`sdk_client` asks it, `messages` has what it tells as the service's own messages.
"""
