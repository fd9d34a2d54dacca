"""Trading partners: who they are and on what terms we exchange with them."""
