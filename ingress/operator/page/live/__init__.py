"""The page kept up to date while it is open."""
