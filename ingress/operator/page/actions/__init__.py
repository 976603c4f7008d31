"""The page's buttons."""
