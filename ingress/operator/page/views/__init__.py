"""The pages: what each reads, and of which parts it is made."""
