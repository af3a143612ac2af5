"""What people are responsible for, and goes to someone else when they leave; apps register it when they are ready.

What somebody once did (published, reviewed) is history and stays theirs.
"""

from collections.abc import Callable
from dataclasses import dataclass

from django.db import models

OPEN = {"is_active": True, "emergency_until": None}  # accounts that may own anything

registered = []


@dataclass(frozen=True)
class Kind:
    """Rows of `model` whose `field` names who is responsible; `label` tells staff what they are.

    Only who has the `role` and the `permission` may take them over, where there are such. `left` narrows them to those
    that still matter.
    """

    model: type[models.Model]
    field: str
    label: str
    role: str = ""
    permission: str = ""
    left: Callable = staticmethod(lambda rows: rows)

    @property
    def name(self):
        """What the record calls it."""
        return f"{self.model._meta.model_name} {self.field}"

    def owned_by(self, account):
        return self.left(self.model._default_manager.filter(**{self.field: account}))

    def successors(self, account):
        """Who may take these over from `account`: whoever has an open account for good, and the role for it."""
        accounts = type(account).objects
        found = accounts.with_perm(self.permission) if self.permission else accounts.all()
        found = found.filter(**OPEN).exclude(pk=account.pk).order_by("username")
        return found.filter(groups__name=self.role) if self.role else found

    def hand_over(self, account, successor):
        """One by one, so that a page which someone has open counts as saved by someone else."""
        for row in self.owned_by(account).order_by("pk"):
            setattr(row, self.field, successor)
            row.save(update_fields=[self.field])


def register(model, field, label, **more):
    registered.append(Kind(model, field, label, **more))


def owned_by(account):
    """Each kind of which the account owns any, and how many."""
    counts = [(kind, kind.owned_by(account).count()) for kind in registered]
    return [(kind, count) for kind, count in counts if count]
