"""What somebody who wants to break the command line would try, each case from a fault that once was there."""
