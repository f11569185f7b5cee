"""The problems of custody, as GraphQL types."""

from backend.core.api import ProblemFace, face_of
from backend.custody import errors


@face_of(errors.DeviceInCustody)
class DeviceInCustody(ProblemFace):
    pass


@face_of(errors.TooManyBookings)
class TooManyBookings(ProblemFace):
    pass


@face_of(errors.HandOverCodeInvalid)
class HandOverCodeInvalid(ProblemFace):
    pass


@face_of(errors.StepOutOfOrder)
class StepOutOfOrder(ProblemFace):
    pass


@face_of(errors.NotOwnDevice)
class NotOwnDevice(ProblemFace):
    pass


@face_of(errors.BatteryNotSeparate)
class BatteryNotSeparate(ProblemFace):
    pass


@face_of(errors.SealCodeUsed)
class SealCodeUsed(ProblemFace):
    pass


@face_of(errors.WitnessInvalid)
class WitnessInvalid(ProblemFace):
    pass


@face_of(errors.ErasureMissing)
class ErasureMissing(ProblemFace):
    pass


@face_of(errors.DispositionImpossible)
class DispositionImpossible(ProblemFace):
    pass


@face_of(errors.SecondPersonNeeded)
class SecondPersonNeeded(ProblemFace):
    pass


@face_of(errors.DispositionCorrected)
class DispositionCorrected(ProblemFace):
    pass


@face_of(errors.NothingToWeigh)
class NothingToWeigh(ProblemFace):
    pass
