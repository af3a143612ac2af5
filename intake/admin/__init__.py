"""The pages of the desk in the admin."""

from . import certificates, requests, settings, templates

__all__ = ["certificates", "requests", "settings", "templates"]
