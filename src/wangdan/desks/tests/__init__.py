"""Tests of what all desks share."""
