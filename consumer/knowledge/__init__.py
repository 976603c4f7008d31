"""Knowledge: a bot's folder of documents, searched and read by its agent, written by nobody here.

`toolbox` is what the agent may call; `library` reads a folder's index; `folders` keeps the indexes
up to date by `indexing`, which runs in a child. The index is made of `words`, and asked by `query`.
"""
