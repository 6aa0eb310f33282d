"""What can be done with notices: tell, send, read."""

from wangdan.notices.operations.reading import read, read_all
from wangdan.notices.operations.sending import doubt, send_again, send_code, sent, take_up
from wangdan.notices.operations.telling import SAYS, tell

__all__ = ["SAYS", "doubt", "read", "read_all", "send_again", "send_code", "sent", "take_up", "tell"]
