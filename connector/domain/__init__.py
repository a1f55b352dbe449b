"""The nouns that every room shares: tickets, outcomes, reasons, secrets, errors."""
