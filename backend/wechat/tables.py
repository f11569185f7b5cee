"""The access token that all processes share."""

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
