"""Owns uploads and attachments: announcing, storing, typing and handing out bytes by signed address."""
