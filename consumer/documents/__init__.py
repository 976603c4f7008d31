"""Documents of people as text with headings: each converted apart from the service, and bounded.

`formats` knows the kinds of file; `bounded` converts one in a process of its own; `caged` starts a
Python of ours that sees no more of this machine than it is given. Nothing here imports what takes
a second: it runs in a child.
"""
