"""What bots call with their key: Rails' answers, byte for byte, and faults on order."""
