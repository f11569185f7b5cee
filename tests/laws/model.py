"""What one member of a green-office campaign should see, in as few lines as the rules allow."""

from dataclasses import dataclass, field

# kind: (acts a day, points of one unit with full proof)
RULES = {"energy_act": (3, 10), "own_cup": (2, 10), "paperless": (2, 2)}
POINTS_PER_DAY = 60


@dataclass(frozen=True, order=True)
class Act:
    """Something done: of a kind, in a slot, so many days ago, so many units of it."""

    kind: str
    slot: str
    days_ago: int
    units: int = 1

    @property
    def key(self) -> tuple[str, str, int]:
        """What makes it the same act, whatever is said about it."""
        return self.kind, self.slot, self.days_ago


@dataclass
class Counted:
    """An act that counts, for how many points, and whether staff have confirmed it."""

    act: Act
    points: int
    confirmed: bool = False


@dataclass
class Member:
    """The whole state of a member."""

    joined: bool = True
    counted: dict[tuple[str, str, int], Counted] = field(default_factory=dict)
    receipts: dict[str, tuple[tuple[Act, ...], list[str]]] = field(default_factory=dict)

    @property
    def points(self) -> int:
        """What the member holds."""
        return sum(one.points for one in self.counted.values())

    def record(self, request_id: str, acts: tuple[Act, ...]) -> list[str]:
        """Record acts under a request id and return the outcomes."""
        if request_id in self.receipts:
            before, outcomes = self.receipts[request_id]
            return outcomes if before == acts else ["RequestReused"]
        outcomes = [self._take(act) for act in acts]
        if "Accepted" in outcomes:
            self.receipts[request_id] = acts, outcomes
        return outcomes

    def _take(self, act: Act) -> str:
        if not self.joined:
            return "NotJoined"
        if act.key in self.counted:
            return "AlreadyCheckedIn"
        per_day, worth = RULES[act.kind]
        if sum(key[0] == act.kind and key[2] == act.days_ago for key in self.counted) >= per_day:
            return "CapReached"
        self.counted[act.key] = Counted(act, self._room(act, worth * act.units // 2))
        return "Accepted"

    def _room(self, act: Act, worth: int) -> int:
        others = (one.points for key, one in self.counted.items() if key[2] == act.days_ago and key != act.key)
        return min(worth, POINTS_PER_DAY - sum(others))

    def confirm(self, key: tuple[str, str, int]) -> str:
        """Let staff confirm an act that counts, and return what they are told."""
        one = self.counted[key]
        if one.confirmed:
            return "ProofNotStronger"
        if not self.joined:
            return "NotJoined"
        one.confirmed = True
        one.points = self._room(one.act, RULES[one.act.kind][1] * one.act.units)
        return "CheckInConfirmed"

    def reverse(self, key: tuple[str, str, int]) -> str:
        """Let staff undo an act that counts, and return what they are told."""
        del self.counted[key]
        return "TransferReversed"
