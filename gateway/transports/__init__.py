"""How bytes come and go: each way in or out is one package."""
