"""Tables of institutions, people, and how they sign in."""

from datetime import date, datetime

from sqlalchemy import Index, UniqueConstraint, text
from sqlmodel import Field, SQLModel

from backend.core.columns import RowId, UtcDateTime


class Institution(SQLModel, table=True):
    """A public institution, or the body above it: a city, a district, a system (系统)."""

    id: int | None = Field(default=None, primary_key=True, sa_type=RowId)
    credit_code: str = Field(unique=True, max_length=18)
    name: str = Field(max_length=100)
    level: str = Field(max_length=12)  # city, district, system, institution
    parent_id: int | None = Field(default=None, foreign_key="institution.id", sa_type=RowId, index=True)
    # Row numbers from the root down, "/1/4/9/": a subtree is everything whose path begins with its root's.
    path: str = Field(max_length=200, index=True)


class Department(SQLModel, table=True):
    """A department (内设部门) of one institution."""

    __table_args__ = (UniqueConstraint("institution_id", "name"),)

    id: int | None = Field(default=None, primary_key=True, sa_type=RowId)
    institution_id: int = Field(foreign_key="institution.id", sa_type=RowId)
    name: str = Field(max_length=100)


class Member(SQLModel, table=True):
    """A person on some institution's roster."""

    id: int | None = Field(default=None, primary_key=True, sa_type=RowId)
    name: str = Field(max_length=60)
    phone_fingerprint: str | None = Field(default=None, unique=True, max_length=64)
    display_name: str | None = Field(default=None, max_length=20)  # chosen by the member; None is shown masked


class Membership(SQLModel, table=True):
    """From which day to which (the last one included) a member belonged to which department."""

    __table_args__ = (
        Index(
            "uq_membership_open_member_id",
            "member_id",
            unique=True,
            sqlite_where=text("ends_on IS NULL"),
            postgresql_where=text("ends_on IS NULL"),
        ),
        Index(
            "uq_membership_open_staff_number",
            "institution_id",
            "staff_number",
            unique=True,
            sqlite_where=text("ends_on IS NULL"),
            postgresql_where=text("ends_on IS NULL"),
        ),
    )

    id: int | None = Field(default=None, primary_key=True, sa_type=RowId)
    member_id: int = Field(foreign_key="member.id", sa_type=RowId, index=True)
    institution_id: int = Field(foreign_key="institution.id", sa_type=RowId)
    department_id: int = Field(foreign_key="department.id", sa_type=RowId, index=True)
    staff_number: str = Field(max_length=30)
    starts_on: date
    ends_on: date | None = None


class HeadCount(SQLModel, table=True):
    """How many people a department or a whole institution (no department) had from a day on."""

    __tablename__ = "head_count"
    __table_args__ = (
        Index("uq_head_count_department", "department_id", "counted_on", unique=True),
        Index(
            "uq_head_count_institution",
            "institution_id",
            "counted_on",
            unique=True,
            sqlite_where=text("department_id IS NULL"),
            postgresql_where=text("department_id IS NULL"),
        ),
    )

    id: int | None = Field(default=None, primary_key=True, sa_type=RowId)
    institution_id: int = Field(foreign_key="institution.id", sa_type=RowId)
    department_id: int | None = Field(default=None, foreign_key="department.id", sa_type=RowId)
    counted_on: date
    people: int


class RoleGrant(SQLModel, table=True):
    """A role that a member holds over an institution and everything below it."""

    __tablename__ = "role_grant"

    id: int | None = Field(default=None, primary_key=True, sa_type=RowId)
    member_id: int = Field(foreign_key="member.id", sa_type=RowId, index=True)
    institution_id: int = Field(foreign_key="institution.id", sa_type=RowId)
    role: str = Field(max_length=12)  # one of roles.ROLES
    granted_at: datetime = Field(sa_type=UtcDateTime)
    ended_at: datetime | None = Field(default=None, sa_type=UtcDateTime)


class Login(SQLModel, table=True):
    """An account at a provider (WeChat) and the member it speaks for, once bound."""

    __table_args__ = (
        UniqueConstraint("provider", "app_id", "subject_fingerprint"),
        UniqueConstraint("provider", "app_id", "member_id"),
    )

    id: int | None = Field(default=None, primary_key=True, sa_type=RowId)
    provider: str = Field(max_length=12)
    app_id: str = Field(max_length=40)
    subject_fingerprint: str = Field(max_length=64)
    subject_ciphertext: str
    session_key_ciphertext: str
    member_id: int | None = Field(default=None, foreign_key="member.id", sa_type=RowId)
    created_at: datetime = Field(sa_type=UtcDateTime)


class SignIn(SQLModel, table=True):
    """A sign-in code that was answered, so that a repeated request gets the same session."""

    __tablename__ = "sign_in"

    code_fingerprint: str = Field(primary_key=True, max_length=64)
    login_id: int = Field(foreign_key="login.id", sa_type=RowId)
    signed_in_at: datetime = Field(sa_type=UtcDateTime)


class Session(SQLModel, table=True):
    """A signed-in device: an opaque token of which only the fingerprint is kept."""

    __tablename__ = "session"

    token_fingerprint: str = Field(primary_key=True, max_length=64)
    login_id: int = Field(foreign_key="login.id", sa_type=RowId, index=True)
    created_at: datetime = Field(sa_type=UtcDateTime)
    expires_at: datetime = Field(sa_type=UtcDateTime)
    revoked_at: datetime | None = Field(default=None, sa_type=UtcDateTime)


class BindingCode(SQLModel, table=True):
    """A one-time code, handed to one member, that links a WeChat account to the roster."""

    __tablename__ = "binding_code"

    code_fingerprint: str = Field(primary_key=True, max_length=64)
    member_id: int = Field(foreign_key="member.id", sa_type=RowId)
    expires_at: datetime = Field(sa_type=UtcDateTime)
    used_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
