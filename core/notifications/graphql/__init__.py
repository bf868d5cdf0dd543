"""Notifications in the API: the viewer's list, what they prefer, mutations."""

from core.notifications.graphql.mutations import NotificationMutation
from core.notifications.graphql.types import Notification, NotificationPreference

__all__ = ["Notification", "NotificationMutation", "NotificationPreference"]
