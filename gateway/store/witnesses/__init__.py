"""The places that are handed checkpoints, and a witness on the machine of somebody else."""
