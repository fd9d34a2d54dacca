"""TA1 and 997: what is answered to a sender, and what the answers of others say of what was sent."""
