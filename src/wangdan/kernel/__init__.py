"""The kernel: no business word, only how a write happens, is remembered and is told."""
