"""`python -m sandbox.office`: the office on standard input and output."""

from sandbox.office.server import office_server

if __name__ == "__main__":
    office_server().run("stdio")
