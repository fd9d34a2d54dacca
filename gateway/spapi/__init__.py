"""Amazon SP-API vendor documents: recognised, read leniently, judged strictly. No sockets."""
