"""A mixed load that keeps a record of all that was acknowledged, and repeats what was not until it is."""

import asyncio
import random
from collections import defaultdict
from dataclasses import dataclass, field
from typing import Any

import httpx2

from tests.crash.installation import Installation

OPEN = """mutation($input: TicketCreateInput!) {
  ticketCreate(input: $input) { ticket { id number } userErrors { code message } } }"""
REPLY = """mutation($input: TicketReplyInput!) {
  ticketReply(input: $input) { message { id } userErrors { code message } } }"""
RENAME = """mutation($input: TicketUpdateInput!) {
  ticketUpdate(input: $input) { ticket { id title } userErrors { code message } } }"""
INVITE = """mutation($input: UserInviteInput!) {
  userInvite(input: $input) { user { id } userErrors { code message } } }"""
ROLES = "{ roles { nodes { id name } } }"


class Refused(AssertionError):
    """The desk answered, and the answer was no: a load that only asks what is allowed never hears that."""


@dataclass
class Record:
    """What the desk said is done."""

    numbers: dict[str, str] = field(default_factory=dict)
    titles: dict[str, str] = field(default_factory=dict)
    bodies: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))
    invited: list[str] = field(default_factory=list)
    repeated: int = 0


class Client:
    """One person at work. Everything is asked with an idempotency key until it is acknowledged."""

    def __init__(self, installation: Installation, name: str, record: Record) -> None:
        self._installation, self._name, self._record = installation, name, record
        self._chance = random.Random(name)
        self._mine: list[str] = []
        self._said = 0

    async def work(self, until: asyncio.Event) -> None:
        headers = {"authorization": f"Bearer {self._installation.token}"}
        async with httpx2.AsyncClient(base_url=self._installation.url, headers=headers, timeout=30) as http:
            self._http = http
            roles = (await self._ask(ROLES, {}))["roles"]["nodes"]
            self._role: str = next(role["id"] for role in roles if role["name"] == "Agent")
            while not until.is_set():
                await self._one_thing()
                await asyncio.sleep(0.03)

    async def _one_thing(self) -> None:
        act = self._chance.choices([self._open, self._reply, self._rename, self._invite], [4, 4, 3, 1])[0]
        await (act() if self._mine else self._open())

    async def _open(self) -> None:
        title = self._word("title")
        answer = await self._do("ticketCreate", OPEN, {"title": title, "body": self._word("first")})
        ticket = answer["ticket"]
        self._mine.append(ticket["id"])
        self._record.numbers[ticket["id"]] = ticket["number"]
        self._record.titles[ticket["id"]] = title

    async def _reply(self) -> None:
        ticket, body = self._chance.choice(self._mine), self._word("reply")
        await self._do("ticketReply", REPLY, {"id": ticket, "body": body})
        self._record.bodies[ticket].append(body)

    async def _rename(self) -> None:
        ticket, title = self._chance.choice(self._mine), self._word("renamed")
        await self._do("ticketUpdate", RENAME, {"id": ticket, "title": title})
        self._record.titles[ticket] = title

    async def _invite(self) -> None:
        address = f"{self._word('agent')}@acme.example"
        await self._do("userInvite", INVITE, {"email": address, "name": "Lin", "roleIds": [self._role]})
        self._record.invited.append(address)

    def _word(self, kind: str) -> str:
        self._said += 1
        return f"{kind}-{self._name}-{self._said}"

    async def _do(self, name: str, mutation: str, input: dict[str, Any]) -> dict[str, Any]:
        key = self._word("key")
        answer: dict[str, Any] = (await self._ask(mutation, {"input": {**input, "idempotencyKey": key}}))[
            name
        ]
        if answer["userErrors"]:
            raise Refused(f"{name}: {answer['userErrors']}")
        return answer

    async def _ask(self, document: str, variables: dict[str, Any]) -> dict[str, Any]:
        while True:
            try:
                reply = await self._http.post("/graphql", json={"query": document, "variables": variables})
                body = reply.json()
            except (httpx2.HTTPError, ValueError):
                body, reply = None, None
            if reply is not None and reply.status_code == 200 and "errors" not in body:
                data: dict[str, Any] = body["data"]
                return data
            if reply is not None and reply.status_code not in (200, 500, 503):
                raise Refused(f"{reply.status_code}: {body}")
            self._record.repeated += 1
            await asyncio.sleep(0.1)


async def load(installation: Installation, *, clients: int, until: asyncio.Event) -> Record:
    """Work until told to stop and everything asked is acknowledged; then what was acknowledged."""
    record = Record()
    async with asyncio.TaskGroup() as people:
        for number in range(clients):
            people.create_task(Client(installation, f"c{number}", record).work(until))
    return record
