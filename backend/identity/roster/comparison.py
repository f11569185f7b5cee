"""Compare the rows of a roster file with who is known."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from backend.core.db import ReadSession
from backend.core.text import Text
from backend.identity.roster import people as persons
from backend.identity.roster import places as institutions
from backend.identity.roster.people import People, Person, Stint
from backend.identity.roster.places import Places
from backend.identity.roster.plan import Added, Changed, Ended, Joining, Moved, Position, Preview, Shrinking
from backend.identity.roster.reading import RosterFile
from backend.identity.roster.rows import RosterRow
from backend.identity.tables import Institution

# An institution that loses more than one in this many people is asked about.
_SHRINK_ONE_IN = 5
_ONE_DAY = timedelta(days=1)

NUMBER_OF_ANOTHER = Text(
    "该工号属于另一人（姓名和手机号均不同）；如换人使用，请先为原持有人填写离职日期",
    "this staff number is another person's (name and phone both differ): end that person's membership first",
)
PHONE_OF_ANOTHER = Text(
    "该手机号已登记在其他在册人员名下", "this phone number belongs to another person who is on the roster"
)
PHONE_ELSEWHERE = Text(
    "该手机号仍登记在您管理范围之外的在册人员名下，请联系上级管理员",
    "this phone number belongs to somebody on a roster outside your scope: ask the administrator above you",
)


async def compare(
    session: ReadSession, file: RosterFile, scope: Institution, today: date, *, complete: bool
) -> Preview:
    """Tell what the file would change on the rosters of `scope` and everything below it.

    With `complete` the file is taken to list everybody of the institutions it names: who is missing is ended.
    """
    places = await institutions.load(session, scope, {code for code, _ in file.mentioned})
    ids = [institution.id or 0 for institution in places.institutions.values()]
    phones = [row.phone_fingerprint for row in file.rows if row.phone_fingerprint is not None]
    people = await persons.load(session, ids, phones, today)
    comparison = _Comparison(
        file, places, people, Preview(scope.name, file.source, today, problems=list(file.problems))
    )
    return comparison.run(complete=complete)


@dataclass(frozen=True)
class _Match:
    """A row, its institution, and whose phone number it gives."""

    row: RosterRow
    institution_id: int
    owner: Person | None


class _Comparison:
    """Goes through the rows once and fills a preview."""

    def __init__(self, file: RosterFile, places: Places, people: People, preview: Preview) -> None:
        self._file = file
        self._places = places
        self._people = people
        self._preview = preview
        self._today = preview.today
        self._staying = {row.key for row in file.rows if row.stays(preview.today)}
        self._placed: set[int] = set()  # members who have got a new membership
        self._ended: Counter[int] = Counter()  # how many leave each institution
        self._departments = set(places.department_keys)
        self._giving_up = self._who_gives_up_a_phone()

    def run(self, *, complete: bool) -> Preview:
        # Who leaves comes last: a person who left one place and stands at another one has moved.
        for row in sorted(self._file.rows, key=lambda row: not row.stays(self._today)):
            refusal = self._places.refused.get(row.credit_code)
            if refusal is not None:
                self._preview.refuse(row, "credit_code", refusal)
            else:
                self._weigh(row)
        if complete:
            self._end_the_absent()
        self._warn_of_shrinking()
        self._preview.problems.sort(key=lambda problem: (not problem.whole_file, problem.line))
        return self._preview

    def _weigh(self, row: RosterRow) -> None:
        institution_id = self._places.institutions[row.credit_code].id or 0
        held = self._people.holder(institution_id, row.staff_number)
        owner = self._people.by_phone.get(row.phone_fingerprint or "")
        if owner is not None and owner.member_id in self._giving_up:
            owner = None
        match = _Match(row, institution_id, owner)
        if not row.stays(self._today):
            self._leave(row, held)
        elif held is not None:
            self._update(match, *held)
        elif owner is not None and self._people.present(owner) is not None:
            self._bring_in(match, owner)
        else:
            self._add(match)

    def _leave(self, row: RosterRow, held: tuple[Person, Stint] | None) -> None:
        """End who left before today; somebody unknown who has left already is none of our business."""
        if held is None or held[0].member_id in self._placed:
            self._preview.unchanged += 1
        else:
            self._end(row.line, *held)

    def _update(self, match: _Match, person: Person, latest: Stint) -> None:
        row = match.row
        phone_changes = row.phone_fingerprint not in (None, person.phone_fingerprint)
        if phone_changes and row.name != person.name:
            self._preview.refuse(row, "staff_number", NUMBER_OF_ANOTHER)
            return
        if match.owner is not None and match.owner is not person and not self._release(row, match.owner):
            return
        renamed = self._rename(row, person, latest)
        if self._places.departments.get(latest.department_id) != row.department:
            self._move(match, person, latest)
        elif row.ends_on is not None and row.ends_on != latest.ends_on:
            self._schedule_end(row, person, latest, row.ends_on)
        elif not renamed:
            self._preview.unchanged += 1

    def _rename(self, row: RosterRow, person: Person, latest: Stint) -> bool:
        phone_changes = row.phone_fingerprint not in (None, person.phone_fingerprint)
        if row.name != person.name:
            self._preview.writes.names[person.member_id] = row.name
        if phone_changes:
            self._preview.writes.phones[person.member_id] = row.phone_fingerprint
        if not phone_changes and row.name == person.name:
            return False
        position = self._position(latest)
        self._preview.changed.append(Changed(row.line, person.name, row.name, phone_changes, position))
        return True

    def _release(self, row: RosterRow, owner: Person) -> bool:
        """Take the phone number from somebody who has left, or refuse the row when they have not."""
        if self._people.present(owner) is not None:
            self._preview.refuse(row, "phone", PHONE_OF_ANOTHER)
            return False
        self._preview.writes.phones.setdefault(owner.member_id, None)
        return True

    def _bring_in(self, match: _Match, owner: Person) -> None:
        """Move somebody who is known by phone from another institution or staff number."""
        latest = self._people.present(owner)
        assert latest is not None
        if latest.institution_id not in self._places.names:
            self._preview.refuse(match.row, "phone", PHONE_ELSEWHERE)
        elif owner.name != match.row.name or self._stays_at(latest) or owner.member_id in self._placed:
            self._preview.refuse(match.row, "phone", PHONE_OF_ANOTHER)
        else:
            self._move(match, owner, latest)

    def _stays_at(self, latest: Stint) -> bool:
        """Tell whether the file has somebody at the place that this person would leave."""
        codes = (code for code, place in self._places.institutions.items() if place.id == latest.institution_id)
        return any((code, latest.staff_number) in self._staying for code in codes)

    def _move(self, match: _Match, person: Person, latest: Stint) -> None:
        starts_on = max(match.row.starts_on or self._today, self._today)
        self._close(person, starts_on)
        before, after = self._position(latest), self._position_of(match)
        self._preview.moved.append(Moved(match.row.line, match.row.name, before, after, starts_on))
        self._join(match, person, starts_on)

    def _add(self, match: _Match) -> None:
        """Add somebody new, or somebody who left and comes back: the same name with the same phone or number."""
        row = match.row
        former = self._returning(match)
        if match.owner is not None and match.owner is not former:
            self._preview.writes.phones.setdefault(match.owner.member_id, None)
        starts_on = row.starts_on or self._today
        if former is not None:
            starts_on = max(starts_on, self._today)
            if row.phone_fingerprint not in (None, former.phone_fingerprint):
                self._preview.writes.phones[former.member_id] = row.phone_fingerprint
        position = self._position_of(match)
        self._preview.added.append(Added(row.line, row.name, position, starts_on, returns=former is not None))
        self._join(match, former, starts_on)

    def _returning(self, match: _Match) -> Person | None:
        row = match.row
        for person in (match.owner, self._people.former(match.institution_id, row.staff_number)):
            if person is not None and person.name == row.name and person.member_id not in self._placed:
                return person
        return None

    def _join(self, match: _Match, person: Person | None, starts_on: date) -> None:
        row = match.row
        if person is not None:
            self._placed.add(person.member_id)
        department = (match.institution_id, row.department)
        if department not in self._departments:
            self._departments.add(department)
            self._preview.writes.departments.append(department)
            self._preview.new_departments.append((self._places.names[match.institution_id], row.department))
        self._preview.writes.joinings.append(
            Joining(
                member_id=None if person is None else person.member_id,
                name=row.name,
                phone_fingerprint=row.phone_fingerprint,
                institution_id=match.institution_id,
                department=row.department,
                staff_number=row.staff_number,
                starts_on=starts_on,
                ends_on=row.ends_on,
            )
        )

    def _schedule_end(self, row: RosterRow, person: Person, latest: Stint, last_day: date) -> None:
        self._close(person, last_day + _ONE_DAY)
        if latest.starts_on <= last_day:
            self._preview.writes.endings[latest.id] = last_day
        self._ended[latest.institution_id] += 1
        self._preview.ended.append(Ended(row.line, row.name, self._position(latest), last_day))

    def _end(self, line: int | None, person: Person, latest: Stint) -> None:
        self._close(person, self._today)
        self._ended[latest.institution_id] += 1
        last_day = self._preview.writes.endings[latest.id]
        self._preview.ended.append(Ended(line, person.name, self._position(latest), last_day))

    def _close(self, person: Person, first_day_out: date) -> None:
        """Let every membership end before that day; one that starts later is withdrawn: it ends before it starts."""
        for stint in person.stints:
            if stint.reaches(first_day_out):
                self._preview.writes.endings[stint.id] = max(first_day_out, stint.starts_on) - _ONE_DAY

    def _end_the_absent(self) -> None:
        """End who belongs to an institution of the file and is in none of its lines, not even in a bad one."""
        if self._file.unnamed_lines:
            self._preview.absences_withheld = True
            return
        code_of = {place.id: code for code, place in self._places.institutions.items()}
        for person, latest in self._people.current:
            code = code_of.get(latest.institution_id)
            here = code is not None and (code, latest.staff_number) not in self._file.mentioned
            if here and person.member_id not in self._placed:
                self._end(None, person, latest)

    def _warn_of_shrinking(self) -> None:
        members = Counter(latest.institution_id for _, latest in self._people.current)
        self._preview.shrinking.extend(
            Shrinking(self._places.names[institution_id], count, members[institution_id])
            for institution_id, count in self._ended.items()
            if count * _SHRINK_ONE_IN > members[institution_id]
        )

    def _who_gives_up_a_phone(self) -> set[int]:
        """Find who gets another phone number by this file, so that theirs is free for somebody else.

        Nobody does whose new number stays with another person: that row will be refused.
        """
        wishes = dict(self._phone_wishes())
        while True:
            refused = {member_id for member_id, owner in wishes.items() if owner is not None and owner not in wishes}
            if not refused:
                return set(wishes)
            wishes = {member_id: owner for member_id, owner in wishes.items() if member_id not in refused}

    def _phone_wishes(self) -> Iterator[tuple[int, int | None]]:
        """Yield each member who is to get another number, and the present member who has it now."""
        for row in self._file.rows:
            place = self._places.institutions.get(row.credit_code)
            held = self._people.holder(place.id or 0, row.staff_number) if place else None
            if held is None or row.phone_fingerprint is None or not row.stays(self._today):
                continue
            if row.name == held[0].name and row.phone_fingerprint != held[0].phone_fingerprint:
                owner = self._people.by_phone.get(row.phone_fingerprint)
                has_it = owner is not None and self._people.present(owner) is not None
                yield held[0].member_id, owner.member_id if owner is not None and has_it else None

    def _position(self, stint: Stint) -> Position:
        names, departments = self._places.names, self._places.departments
        return Position(
            names.get(stint.institution_id, ""), departments.get(stint.department_id, ""), stint.staff_number
        )

    def _position_of(self, match: _Match) -> Position:
        return Position(self._places.names[match.institution_id], match.row.department, match.row.staff_number)
