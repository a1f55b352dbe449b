"""Who has which ticket, what was tried and what was decided: one SQL implementation and its in-memory
twin.
"""
