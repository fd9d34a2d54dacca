"""One thread that writes, changes that share a commit, and the leaves that come with it."""
