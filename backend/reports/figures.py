"""What a report knows of a campaign: frozen figures, none about a person."""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from backend.campaigns.queries import Running
from backend.checkins.proof import Proof
from backend.review.validity import Validity


@dataclass(frozen=True)
class Scope:
    """What is reported on: a whole campaign, or one institution's part in it."""

    running: Running
    name: str
    institution_id: int | None  # None: everything that the campaign covers
    has_departments: bool  # whether groups are departments; institutions otherwise


@dataclass(frozen=True)
class Total:
    """Acts that count, and what they brought."""

    acts: int = 0
    points: int = 0
    carbon_mg: int = 0

    def __add__(self, other: "Total") -> "Total":
        """Add two totals."""
        return Total(self.acts + other.acts, self.points + other.points, self.carbon_mg + other.carbon_mg)


@dataclass(frozen=True)
class Day:
    """One campaign day; `participants` is None where they are fewer than the threshold."""

    day: date
    total: Total
    participants: int | None


@dataclass(frozen=True)
class OfKind:
    """One kind of check-in."""

    kind: str
    total: Total


@dataclass(frozen=True)
class OfProof:
    """One level of proof."""

    proof: Proof
    acts: int


@dataclass(frozen=True)
class Method:
    """Carbon that was counted by one version of one factor."""

    factor: str
    version: int
    name_zh: str
    name_en: str
    value: Decimal
    unit: str
    source: str
    confidence: str
    awards: int  # that still stand
    carbon_mg: int


@dataclass(frozen=True)
class Group:
    """An institution or a department that is large enough to be named."""

    name: str
    participants: int
    total: Total


@dataclass(frozen=True)
class Groups:
    """Those that may be named, and how many may not."""

    listed: tuple[Group, ...]
    hidden: int


@dataclass(frozen=True)
class Evidence:
    """How far the acts are to be believed."""

    validity: Validity
    refused: int
    appealed: int
    upheld: int


@dataclass(frozen=True)
class Corrections:
    """What moved after the seal, beside the sealed result."""

    transfers: int
    points: int
    carbon_mg: int


@dataclass(frozen=True)
class Compared:
    """A campaign as far as another one is compared with it; `workdays` and `people` are what rates are made by."""

    starts_on: date
    ends_on: date
    participants: int
    total: Total
    people: int
    workdays: int
    workdays_published: bool


@dataclass(frozen=True)
class Comparison:
    """This year's campaign beside last year's, and what makes them hard to compare."""

    now: Compared
    before: Compared
    rules_differ: bool
    factors_differ: bool
    is_live: bool  # the present one has not ended: its days are not all over


@dataclass(frozen=True)
class RuleVersion:
    """One version of a campaign's rules, and why it came; the first has no reason."""

    version: int
    applies_from: date
    theme_hash: str
    factors_hash: str
    restates: bool
    reason: str | None


@dataclass(frozen=True)
class Sealed:
    """The seal of a campaign."""

    at: datetime
    digest: str


@dataclass(frozen=True)
class Worth:
    """What a report's figures are worth: of which part, under which seal, and whether any may be told."""

    scope: Scope
    sealed: Sealed | None
    told: bool


@dataclass(frozen=True)
class Willing:
    """How many joined by themselves and how many left again, each None when fewer than the threshold.

    Both are None where the counts are not told: less those of the others, they would be what is kept back there.
    """

    joined: int | None
    left: int | None


@dataclass(frozen=True)
class Counts:
    """Everything that is counted of those who take part."""

    participants: int
    total: Total
    adjusted_points: int  # given or taken by hand, within the total
    days: tuple[Day, ...]
    kinds: tuple[OfKind, ...]
    proofs: tuple[OfProof, ...]
    methods: tuple[Method, ...]
    offsets: tuple[int, int]  # entries and milligrams by which changed rules restated carbon, beside the methods
    groups: Groups
    evidence: Evidence
    corrections: Corrections | None  # None: not sealed
    comparison: Comparison | None


@dataclass(frozen=True)
class Deletion:
    """What the last look at stored photos found."""

    made_at: datetime
    standing: int
    deleted: int
    overdue: int


@dataclass(frozen=True)
class Complaints:
    """How many complaints and suggestions came in about a campaign, and how many have been answered.

    Told however few: they are papers that the readers themselves answer, and say of nobody that they take part.
    """

    received: int
    answered: int


@dataclass(frozen=True)
class Consented:
    """How many cases members offered for the campaign, and how many of them they withdrew.

    Told however few: the readers choose among these papers, each offered to be read with its member's consent.
    """

    offered: int
    withdrawn: int


@dataclass(frozen=True)
class Budget:
    """The most that may be issued, and how much of it has been, in whole percent."""

    points: int
    used_percent: int


@dataclass(frozen=True)
class Figures:
    """A report's figures. `counts` is None where too few take part to say anything about them."""

    scope: Scope
    as_of: datetime
    threshold: int
    sealed: Sealed | None
    rules: tuple[RuleVersion, ...]
    budget: Budget | None
    willing: Willing
    cases: Consented
    deletion: Deletion | None
    complaints: Complaints
    counts: Counts | None

    @property
    def worth(self) -> Worth:
        """What they are worth."""
        return Worth(self.scope, self.sealed, self.counts is not None)
