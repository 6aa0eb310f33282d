"""What can be done to payments: expect, take in, let go, give back."""

from wangdan.payments.operations.attempts import ask, capture, close, fail, let_go, reprice
from wangdan.payments.operations.expecting import expect
from wangdan.payments.operations.hand import book_cash, capture_cash, match_transfer
from wangdan.payments.operations.refunds import ask_refund, doubt_refund, fail_refund, refund, retry_refund, settle_refund

__all__ = [
    "ask",
    "ask_refund",
    "book_cash",
    "capture",
    "capture_cash",
    "close",
    "doubt_refund",
    "expect",
    "fail",
    "fail_refund",
    "let_go",
    "match_transfer",
    "refund",
    "reprice",
    "retry_refund",
    "settle_refund",
]
