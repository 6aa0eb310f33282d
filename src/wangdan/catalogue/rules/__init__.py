"""The catalogue's rules: what goods may be, and how their texts become searchable words."""

from wangdan.catalogue.rules.goods import HIGHEST_PRICE, LIFE, MOST_PICTURES, MOST_SKUS, SHEET_AT_ONCE, SHEET_LINES, SORTS, Draft, Variant, appeal

__all__ = ["HIGHEST_PRICE", "LIFE", "MOST_PICTURES", "MOST_SKUS", "SHEET_AT_ONCE", "SHEET_LINES", "SORTS", "Draft", "Variant", "appeal"]
