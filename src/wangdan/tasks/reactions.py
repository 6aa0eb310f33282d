"""What tasks do when somebody leaves: his claims go back to the queue."""

from wangdan.accounts.facts import PersonLeft
from wangdan.tasks import operations

LATER = {("people", PersonLeft): operations.release}
