"""What was done, kept so that nobody can change it unseen: leaves, tree, checkpoints, witnesses, stamps."""
