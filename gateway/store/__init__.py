"""What is remembered: messages, their payloads, the ledger of all that happened, and the work still to do."""
