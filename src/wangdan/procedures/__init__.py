"""The engine for orders of service: procedures are data, their steps, clocks and duties are kept here."""
