"""Tests of the office desk."""
