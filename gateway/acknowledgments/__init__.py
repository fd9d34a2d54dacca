"""TA1, 997 and 999: what is answered to a sender, and what the answers of others say of what was sent."""
