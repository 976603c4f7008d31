"""Who may open the page, from where, by which name, and how somebody gets in."""
