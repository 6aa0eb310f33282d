"""What lies where: warehouses, stock, holds for a ref, and the append-only moves of every count."""
