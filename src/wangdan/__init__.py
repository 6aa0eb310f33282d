"""Wangdan (网单): the system behind an online order."""
