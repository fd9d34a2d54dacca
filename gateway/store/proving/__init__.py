"""What is given to auditors."""
