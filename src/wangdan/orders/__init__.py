"""Purchases and their orders: one order per shop, its lines, and its life from placing to the end."""
