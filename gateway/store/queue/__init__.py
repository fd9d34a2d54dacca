"""Work still to do, in a table of leases."""
