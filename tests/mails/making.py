"""What tests of mails are given, and the questions they ask."""

from email.message import EmailMessage
from pathlib import Path
from typing import Any

from core.testing import Answer, Desk, Person
from tests.notifications.telling import mails, tell
from tests.tickets.making import make_group, open_ticket

TEMPLATE = "id name subject body version"
ERRORS = "userErrors { code path message }"
CREATE = f"""mutation($input: MailTemplateCreateInput!) {{
  mailTemplateCreate(input: $input) {{ mailTemplate {{ {TEMPLATE} }} {ERRORS} }} }}"""
UPDATE = f"""mutation($input: MailTemplateUpdateInput!) {{
  mailTemplateUpdate(input: $input) {{ mailTemplate {{ {TEMPLATE} }} {ERRORS} }} }}"""
DELETE = f"mutation($input: MailTemplateDeleteInput!) {{ mailTemplateDelete(input: $input) {{ deletedId {ERRORS} }} }}"
PREVIEW = f"""mutation($input: MailTemplatePreviewInput!) {{
  mailTemplatePreview(input: $input) {{ subject bodyHtml bodyText {ERRORS} }} }}"""
SETTINGS = """defaultTemplate { id } openedTemplate { id } statusTemplate { id } creatorTemplate { id } medium { id }
  tellsCreator namesRecipients version"""
SET = f"""mutation($input: MailSettingsUpdateInput!) {{
  mailSettingsUpdate(input: $input) {{ mailSettings {{ {SETTINGS} }} {ERRORS} }} }}"""
READ = f"{{ mailSettings {{ {SETTINGS} }} mailTemplates {{ nodes {{ {TEMPLATE} }} }} }}"


async def make_template(desk: Desk, name: str = "News", subject: str = "News", body: str = "Hello") -> str:
    """The id of a template."""
    answer = await desk.admin.ask(CREATE, input={"name": name, "subject": subject, "body": body})
    return str(answer.payload("mailTemplateCreate")["mailTemplate"]["id"])


async def preview(person: Person, ticket: dict[str, Any], **values: Any) -> dict[str, Any]:
    """What a text says about a ticket."""
    answer = await person.ask(PREVIEW, input={"ticketId": ticket["id"], **values})
    return dict(answer.payload("mailTemplatePreview"))


async def said(person: Person, ticket: dict[str, Any], body: str) -> str:
    """What a body says about a ticket, as plain text."""
    return str((await preview(person, ticket, body=body))["bodyText"])


async def choose(desk: Desk, **values: Any) -> dict[str, Any]:
    """The settings after a change."""
    found: dict[str, Any] = (await desk.admin.ask(SET, input=values)).payload("mailSettingsUpdate")
    return dict(found["mailSettings"])


async def try_choose(person: Person, **values: Any) -> Answer:
    return await person.ask(SET, input=values)


async def given_ticket(desk: Desk, **values: Any) -> dict[str, Any]:
    """A ticket of the customer's that the agent has, opened by the leader."""
    group = await make_group(desk, "Support", desk.agent, desk.leader)
    wanted = {"requesterId": desk.customer.id, "groupId": group, "assigneeId": desk.agent.id}
    return await open_ticket(desk.leader, **wanted, **values)


async def letters(desk: Desk, folder: Path) -> list[EmailMessage]:
    """Tell of what happened, send what that asks for, and read all letters: who was away is not looked at."""
    await tell(desk)
    return await mails(desk, folder)


def told(letters: list[EmailMessage]) -> list[tuple[str, str]]:
    """Whom they went to, and their subjects."""
    return sorted((str(each["To"]), str(each["Subject"])) for each in letters)
