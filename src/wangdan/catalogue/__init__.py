"""Catalogue: categories, products, SKUs, pictures and search."""
