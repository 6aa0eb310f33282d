"""Tests of the seller desk."""
