"""What kinds and states are called."""

from backend.complaints.tables import ANSWERED, CLOSED, COMPLAINT, OPEN, SUGGESTION
from backend.core.text import Text

KINDS = {COMPLAINT: Text("投诉", "complaint"), SUGGESTION: Text("建议", "suggestion")}
STATES = {
    OPEN: Text("待答复", "waiting for an answer"),
    ANSWERED: Text("已答复", "answered"),
    CLOSED: Text("已办结", "closed"),
}
