"""Parcels: which warehouse serves, pick, inspect, pack, hand over, and the way to the door."""
