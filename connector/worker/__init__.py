"""The loop: sweeps, their schedule, signals, and mapping files that change while it runs."""
