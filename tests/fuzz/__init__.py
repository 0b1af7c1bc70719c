"""Fuzz tests of everything that reads what strangers wrote. `make fuzz` runs them longer."""
