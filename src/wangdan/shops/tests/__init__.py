"""Tests of shops."""
