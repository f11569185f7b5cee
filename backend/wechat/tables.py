"""The access token that all processes share, and the pushes that came lately."""

from datetime import datetime

from sqlalchemy import Text
from sqlmodel import Field, SQLModel

from backend.core.columns import UtcDateTime


class WeChatToken(SQLModel, table=True):
    """The present access token of one mini-program, encrypted at rest."""

    __tablename__ = "wechat_token"

    app_id: str = Field(primary_key=True, max_length=64)
    # Unbounded: the platform asks for room for at least 512 characters, and that is before encryption.
    token_ciphertext: str = Field(sa_type=Text)
    expires_at: datetime = Field(sa_type=UtcDateTime)


class WeChatPush(SQLModel, table=True):
    """A push that was taken, by what it said: WeChat sends it again when our answer is late or lost."""

    __tablename__ = "wechat_push"

    digest: str = Field(primary_key=True, max_length=64)
    came_at: datetime = Field(sa_type=UtcDateTime, index=True)
