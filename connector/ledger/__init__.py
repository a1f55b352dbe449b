"""The ledger: claims, attempts, decisions. One SQL implementation and its in-memory twin."""
