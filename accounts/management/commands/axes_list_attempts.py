from accounts.management.instead import Command

__all__ = ["Command"]
