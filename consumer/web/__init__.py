"""The web: one tool that fetches a page for an agent, and what it may not reach.

location reads an address, domains says whose it may be, addresses where it may lead; dialling
resolves, checks and dials; fetching follows redirects; reading makes text of what came, in a child.
Nothing is imported here: the child is to start quickly.
"""
