"""The problems of signing in and of belonging, as GraphQL types."""

from backend.core.api import ProblemFace, face_of
from backend.identity import errors
from backend.wechat import errors as wechat_errors


@face_of(errors.BindingCodeInvalid)
class BindingCodeInvalid(ProblemFace):
    pass


@face_of(errors.PhoneNotOnRoster)
class PhoneNotOnRoster(ProblemFace):
    pass


@face_of(errors.AlreadyBound)
class AlreadyBound(ProblemFace):
    pass


@face_of(errors.NotOnRoster)
class NotOnRoster(ProblemFace):
    pass


@face_of(errors.DisplayNameInvalid)
class DisplayNameInvalid(ProblemFace):
    pass


@face_of(errors.DisplayNameRefused)
class DisplayNameRefused(ProblemFace):
    pass


@face_of(errors.TextRefused)
class TextRefused(ProblemFace):
    pass


@face_of(wechat_errors.NotOpenedLately)
class NotOpenedLately(ProblemFace):
    pass


@face_of(wechat_errors.SignInCodeInvalid)
class SignInCodeInvalid(ProblemFace):
    pass


@face_of(wechat_errors.SignInCodeUsed)
class SignInCodeUsed(ProblemFace):
    pass


@face_of(wechat_errors.PhoneCodeInvalid)
class PhoneCodeInvalid(ProblemFace):
    pass


@face_of(wechat_errors.WeChatBlocked)
class WeChatBlocked(ProblemFace):
    pass


@face_of(wechat_errors.WeChatTooOften)
class WeChatTooOften(ProblemFace):
    pass
