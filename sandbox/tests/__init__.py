"""Tests of the outside world, by HTTP against the real process."""
