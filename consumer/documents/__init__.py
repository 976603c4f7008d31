"""Documents of people as text with headings: each converted apart from the service, and bounded.

`formats` knows the kinds of file; `bounded` converts one in a process of its own, which is
`serving`. `caged` makes a Python of ours that sees no more of this machine than it is given;
`children` starts it so where that can be, and `answering` asks it and hears it to its end. What
takes a second to import is imported in a child alone.
"""
