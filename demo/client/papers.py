"""Papers of the campaign of weeks before, fetched by the links that the service gives, and kept as files.

Links to papers end after ten minutes; a file does not, so that whoever comes later has something to open.
"""

import hashlib
import json
from pathlib import Path
from typing import Any, Final

from demo.client.phone import Desk, Phone
from demo.client.rewards import event_line
from demo.prelude import DISTRICT

_SUFFIXES: Final = {"pdfPath": "pdf", "xlsxPath": "xlsx"}
_QUEUE: Final = "demo-organiser-18"


class Papers:
    """Gathers what there is to open."""

    def __init__(self, desk: Desk, folder: Path) -> None:
        self._desk = desk
        self._folder = folder
        self._organiser = Phone(desk, f"demo-organiser-{DISTRICT}")
        self._found: dict[str, Any] = {"files": {}, "ask": {}}

    async def gather(self) -> dict[str, Any]:
        """Fetch everything, and return where it is."""
        campaign = self._desk.memory.get("before/campaign")
        if not campaign:
            return {}
        await self._organiser.sign_in()
        self._folder.mkdir(mode=0o700, exist_ok=True)
        place = (await self._organiser.run("ManagedInstitutions"))["manages"][0]["institution"]["id"]
        await self._certificate()
        await self._pictures(campaign, place)
        await self._report(campaign)
        await self._seal(campaign)
        await self._draw()
        await self._week()
        told = ("title", "digest", "commitment", "corrected", "notice")
        return self._found | {one: self._desk.memory.get(f"before/{one}") for one in told} | {"campaign": campaign}

    async def _keep(self, key: str, name: str, path: str) -> None:
        _, body = await self._desk.service.fetch(path)
        self._write(key, name, body)

    def _write(self, key: str, name: str, body: bytes) -> None:
        file = self._folder / name
        file.write_bytes(body)
        self._found["files"][key] = str(file)

    async def _certificate(self) -> None:
        """Keep the certificate that stands; its page is public, that of the withdrawn one is gone."""
        stands, withdrawn = (self._desk.memory.get(f"before/{one}") for one in ("certificate", "withdrawn"))
        self._found |= {"verify": stands["verify"], "withdrawn": withdrawn["verify"]}
        holder = Phone(self._desk, stands["openid"])
        await holder.sign_in()
        asked = {"requestId": "before-certificate", "campaignId": self._desk.memory.get("before/campaign")}
        offers = await holder.run("MyCertificates")
        own = next(one for one in offers["certificates"] if one["certificate"])
        asked["name"] = own["certificate"]["nameKind"]
        made = await holder.run("MakeCertificate", input=asked, format="PDF", language="ZH_CN")
        await self._keep("certificate", "certificate.pdf", made["certificate"]["paper"]["path"])

    async def _pictures(self, campaign: str, place: str) -> None:
        where = {"campaignId": campaign, "institutionId": place}
        poster = await self._organiser.run("Poster", input={**where, "format": "PDF", "size": "A4"})
        await self._keep("poster", "poster.pdf", poster["path"])
        board = {**where, "level": "INSTITUTION", "measure": "POINTS_PER_HEAD"}
        picture = await self._organiser.run("BoardPicture", input=board)
        await self._keep("board", "board.png", picture["path"])

    def _ask(self, key: str, phone: Phone, document: str, **variables: Any) -> None:
        """Tell how somebody asks for it anew: links are good for ten minutes, a session for a month."""
        self._found["ask"][key] = {"token": phone.token, "body": self._desk.service.body(document, **variables)}

    async def _report(self, campaign: str) -> None:
        self._ask("report", self._organiser, "CampaignReport", campaignId=campaign, language="ZH_CN")
        for language, mark in (("ZH_CN", "zh"), ("EN", "en")):
            report = await self._organiser.run("CampaignReport", campaignId=campaign, language=language)
            for field, suffix in _SUFFIXES.items():
                if mark == "zh" or suffix == "pdf":
                    await self._keep(f"report-{mark}-{suffix}", f"report-{mark}.{suffix}", report[field])

    async def _seal(self, campaign: str) -> None:
        self._ask("seal", self._organiser, "SealFile", campaignId=campaign)
        file = await self._organiser.run("SealFile", campaignId=campaign)
        await self._keep("seal", "seal.jsonl", file["path"])

    async def _draw(self) -> None:
        record = await self._organiser.run("DrawRecord", drawId=self._desk.memory.get("before/draw"))
        self._write("draw", "draw-record.json", record["document"].encode())
        seed = json.loads(record["document"])["seed"]
        assert hashlib.sha256(seed.encode()).hexdigest() == self._desk.memory.get("before/commitment")

    async def _week(self) -> None:
        """Tell of the week: the calendar, the plan, honours, rewards, messages, and a reviewer's queue."""
        kept = self._desk.memory.get
        self._found |= {"calendar": kept("calendar"), "planned": kept("planned"), "honours": kept("honours")}
        await self._keep("calendar", "calendar.ics", kept("calendar"))
        self._found["redeemed"] = kept("redeemed")
        events = (await self._organiser.run("NeutralEvents"))["neutralEvents"]
        self._found["event"] = next((event_line(one) for one in events if one["id"] == kept("event")), None)
        reviewer = Phone(self._desk, _QUEUE)
        await reviewer.sign_in()
        place = (await reviewer.run("ManagedInstitutions"))["manages"][0]["institution"]["id"]
        self._ask("queue", reviewer, "ReviewQueue", institutionId=place)
        screen = {"requestId": "demo-pairs-CODE", "institutionId": place, "place": "二层食堂", "code": "CODE"}
        self._ask("pair", reviewer, "PairScreen", input=screen)
        queue = await reviewer.run("ReviewQueue", institutionId=place)
        self._write("queue", "review-queue.json", json.dumps(queue, ensure_ascii=False, indent=1).encode())
