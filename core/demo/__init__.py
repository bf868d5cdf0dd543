"""The demo: two helpdesks that look alike, so that a leak between tenants would be seen at once, with people,
organisations, custom fields and 600 tickets told over 90 days in Chinese and English. All of it goes through the
services that the API uses, with the clock turned back."""

from core.demo.load import load

__all__ = ["load"]
