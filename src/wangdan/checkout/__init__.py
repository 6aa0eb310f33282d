"""From wanting to having ordered: the cart, the quote and the placing."""
