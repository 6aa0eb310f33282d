"""Tests of the warehouse desk."""
