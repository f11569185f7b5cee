"""Where papers and pictures of this slice are, for whoever holds the link, and the addresses that they print."""

from dataclasses import asdict, dataclass
from datetime import datetime

from backend.core.vault import Vault
from backend.media import links

CERTIFICATE_ID = "crt"


@dataclass(frozen=True)
class CertificateWanted:
    """A certificate: which, in which form and language."""

    certificate: str  # opaque
    form: str
    lang: str

    @property
    def path(self) -> str:
        """Where it is, without the seal."""
        return f"/certificates/{self.certificate}/certificate.{self.form}"


@dataclass(frozen=True)
class PosterWanted:
    """A poster: of which campaign, for which institution, how large, in which form and language."""

    campaign: int
    institution: int
    size: str
    form: str
    lang: str
    contact: str = ""

    @property
    def path(self) -> str:
        """Where it is, without the seal."""
        return f"/posters/poster.{self.form}"


@dataclass(frozen=True)
class PictureWanted:
    """A board as a picture: which board, how high, in which language."""

    campaign: int
    institution: int
    level: str
    period: str
    measure: str
    size: str
    lang: str
    form: str = "png"

    @property
    def path(self) -> str:
        """Where it is, without the seal."""
        return f"/boards/board.{self.form}"


@dataclass(frozen=True)
class NeutralWanted:
    """The certificate of an event: which, in which form and language."""

    event: int
    form: str
    lang: str

    @property
    def path(self) -> str:
        """Where it is, without the seal."""
        return f"/events/certificate.{self.form}"


Wanted = CertificateWanted | PosterWanted | PictureWanted | NeutralWanted


def link(vault: Vault, wanted: Wanted, until: datetime) -> str:
    """Return where a paper is, good until that instant."""
    told = {name: str(value) for name, value in asdict(wanted).items() if name not in ("certificate", "form")}
    return links.sealed(vault, wanted.path, until, **told)
