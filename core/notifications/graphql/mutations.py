"""Mutations of notifications: everybody's own affair, whoever is signed in."""

import strawberry

from core.kit.graph import Count, Info, Payload, mutation
from core.kit.graph.inputs import key_from, keys_from
from core.notifications import kinds, service
from core.notifications.graphql.enums import NotificationKind
from core.notifications.graphql.types import NotificationPreference, preferences, unread_count

_UNREAD = "How many are unread now, counted up to 1000."


@strawberry.input(description="Notifications to mark as read.")
class NotificationMarkReadInput:
    ids: list[strawberry.ID] = strawberry.field(description="The notifications, at most 200.")


@strawberry.type(description="What `notificationMarkRead` answers.")
class NotificationMarkReadPayload(Payload):
    @strawberry.field(description=_UNREAD)
    async def unread_notification_count(self, info: Info) -> Count | None:
        return None if self.user_errors else await unread_count(info.context)


@strawberry.input(description="Which notifications to mark as read; all of them unless told.")
class NotificationMarkAllReadInput:
    through: strawberry.ID | None = strawberry.field(
        default=None, description="Only this one and older ones: give the newest that was shown."
    )
    ticket_id: strawberry.ID | None = strawberry.field(
        default=None, description="Only those about this ticket."
    )


@strawberry.type(description="What `notificationMarkAllRead` answers.")
class NotificationMarkAllReadPayload(Payload):
    @strawberry.field(description=_UNREAD)
    async def unread_notification_count(self, info: Info) -> Count | None:
        return None if self.user_errors else await unread_count(info.context)


@strawberry.input(description="How to be told of one kind of thing; what is left out stays as it is.")
class NotificationPreferenceInput:
    kind: NotificationKind = strawberry.field(description="The kind.")
    in_app: bool | None = strawberry.field(default=None, description="Whether to list and deliver it live.")
    mail: bool | None = strawberry.field(default=None, description="Whether to mail it. Agents only.")


@strawberry.input(description="How to be told from now on.")
class NotificationPreferencesUpdateInput:
    preferences: list[NotificationPreferenceInput] = strawberry.field(description="Each kind at most once.")


@strawberry.type(description="What `notificationPreferencesUpdate` answers.")
class NotificationPreferencesUpdatePayload(Payload):
    @strawberry.field(description="How the viewer is told of each kind of thing now.")
    async def notification_preferences(self, info: Info) -> list[NotificationPreference] | None:
        return None if self.user_errors else await preferences(info.context)


@strawberry.type
class NotificationMutation:
    @mutation("Mark some of one's notifications as read.")
    async def notification_mark_read(
        info: Info, input: NotificationMarkReadInput
    ) -> NotificationMarkReadPayload:
        await service.mark_read(info.context.ctx, keys_from(input.ids, "ntf", "ids"))
        return NotificationMarkReadPayload.of()

    @mutation("Mark all of one's notifications as read, or those up to one, or those of a ticket.")
    async def notification_mark_all_read(
        info: Info, input: NotificationMarkAllReadInput
    ) -> NotificationMarkAllReadPayload:
        through, ticket_id = (
            key_from(input.through, "ntf", "through"),
            key_from(input.ticket_id, "tkt", "ticketId"),
        )
        await service.mark_all_read(info.context.ctx, through=through, ticket_id=ticket_id)
        return NotificationMarkAllReadPayload.of()

    @mutation("Choose how to be told of what.")
    async def notification_preferences_update(
        info: Info, input: NotificationPreferencesUpdateInput
    ) -> NotificationPreferencesUpdatePayload:
        wishes = [
            service.Wish(kinds.NotificationKind(each.kind.name), each.in_app, each.mail)
            for each in input.preferences
        ]
        await service.prefer(info.context.ctx, wishes)
        return NotificationPreferencesUpdatePayload.of()
