"""Faults that a real process meets: lost power, full disks, failed syncs, answers that leave too early."""
