"""What a benchmark finds, ratios and curves; the table and the picture of them."""
