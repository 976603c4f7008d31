"""Reading what is: requests, the audit, budgets, rights, what is due, tools; nothing is changed."""
