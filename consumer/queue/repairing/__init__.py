"""What was left between two steps, by a crash or an answer that was lost, is set going again."""
