"""Writes. Every change of a ticket, by whomever, is a draft that goes through `pipeline.run`."""

from core.tickets.service.canned import (
    CannedReplyPatch,
    NewCannedReply,
    create_canned_reply,
    delete_canned_reply,
    render_canned_reply,
    update_canned_reply,
)
from core.tickets.service.dealing import deal_out
from core.tickets.service.delete_ticket import delete_ticket, restore_ticket
from core.tickets.service.lapsing import RELEASE, lapse, move_on
from core.tickets.service.linking import link_tickets, unlink_tickets
from core.tickets.service.merging import merge_ticket
from core.tickets.service.moving import assign_ticket, claim_ticket, release_ticket, transfer_ticket
from core.tickets.service.new_ticket import NewTicket
from core.tickets.service.open_ticket import open_ticket
from core.tickets.service.purging import purge_tickets, purge_tickets_of
from core.tickets.service.releasing import invalidate_ticket
from core.tickets.service.reminding import remind_of_callbacks
from core.tickets.service.reply import NewMessage, reply
from core.tickets.service.resources import add_resource, take_resource
from core.tickets.service.schemes import update_scheme
from core.tickets.service.settings import update_settings
from core.tickets.service.splitting import split_ticket
from core.tickets.service.statuses import NewStatus, StatusPatch, create_status, update_status
from core.tickets.service.suspending import admit_ticket, suspend_ticket
from core.tickets.service.tags import TagPatch, create_tag, delete_tag, update_tag
from core.tickets.service.update_ticket import TicketPatch, update_ticket
from core.tickets.service.watching import unwatch, watch

__all__ = [
    "RELEASE", "CannedReplyPatch", "NewCannedReply", "NewMessage", "NewStatus", "NewTicket", "StatusPatch",
    "TagPatch", "TicketPatch", "add_resource", "admit_ticket", "assign_ticket", "claim_ticket",
    "create_canned_reply", "create_status", "create_tag", "deal_out", "delete_canned_reply", "delete_tag",
    "delete_ticket", "invalidate_ticket", "lapse", "link_tickets", "merge_ticket", "move_on", "open_ticket",
    "purge_tickets", "purge_tickets_of", "release_ticket", "remind_of_callbacks", "render_canned_reply",
    "reply", "restore_ticket", "split_ticket", "suspend_ticket", "take_resource", "transfer_ticket",
    "unlink_tickets", "unwatch", "update_canned_reply", "update_scheme", "update_settings", "update_status",
    "update_tag", "update_ticket", "watch",
]  # fmt: skip
