"""A thousand things that three people do in the admin, fifty of them refused: the record equals the list of them.

An ordinary run has a quarter of them.
"""

import random

import pytest
from django.contrib.auth.models import Group
from django.test import Client
from django.urls import reverse

from accounts.models import User
from record.models import Entry
from tests import make
from tests.conftest import THOROUGH
from tests.forms import submitted

pytestmark = [pytest.mark.django_db, pytest.mark.once]
RECORD = "/admin/record/entry/"
ACCOUNTS = "/admin/accounts/user/"
ACTIONS, REFUSED = (1_000, 50) if THOROUGH else (250, 13)


class Script:
    """Does what it is told in the admin and keeps its own list of (who, what, kind, key, outcome)."""

    def __init__(self):
        roles = ("Administrator", "Publisher", "Privacy officer")
        self.people = {role: make.user(role) for role in roles}
        self.clients = {role: make.signed_in(Client(), person) for role, person in self.people.items()}
        self.random = random.Random(1812)
        self.pages = [make.published(make.condition(overview="<p>It hurts.</p>")) for _page in range(5)]
        self.colleagues = [make.user("Editor") for _person in range(5)]
        self.leaver = make.user()
        self.done = []

    def wrote(self, role, action, thing, outcome="allowed"):
        kind, key = thing if isinstance(thing, tuple) else (thing._meta.model_name, str(thing.pk))
        who = self.people[role].username if role in self.people else role
        self.done.append((who, action, kind, key, outcome))

    # The administrator

    def opened(self, account):
        """The form of an account, as it stands."""
        self.wrote("Administrator", "view", account)
        return submitted(self.clients["Administrator"].get(reverse("admin:accounts_user_change", args=[account.pk])))

    def list_accounts(self):
        self.clients["Administrator"].get(ACCOUNTS)
        self.wrote("Administrator", "list", ("user", ""))

    def search_accounts(self):
        self.clients["Administrator"].get(ACCOUNTS, self.random.choice([{"q": "ada"}, {"is_active__exact": "0"}]))
        self.wrote("Administrator", "search", ("user", ""))

    def look_at_an_account(self):
        account = self.random.choice(self.colleagues)
        what = self.random.choice(["change", "history", "reset", "close"])
        self.clients["Administrator"].get(reverse(f"admin:accounts_user_{what}", args=[account.pk]))
        self.wrote("Administrator", "view", account)

    def save_without_a_change(self):
        account = self.random.choice(self.colleagues)
        form = self.opened(account)
        address = reverse("admin:accounts_user_change", args=[account.pk])
        assert self.clients["Administrator"].post(address, form | {"_save": ""}).status_code == 302

    def change_a_name(self):
        account = self.random.choice(self.colleagues)
        address = reverse("admin:accounts_user_change", args=[account.pk])
        form = self.opened(account)
        self.clients["Administrator"].post(address, form | {"first_name": f"A{len(self.done)}", "_save": ""})
        self.wrote("Administrator", "change", account)

    def change_a_role(self):
        account = self.random.choice(self.colleagues)
        address = reverse("admin:accounts_user_change", args=[account.pk])
        form = self.opened(account)
        has_it = account.groups.filter(name="Clinician").exists()
        wanted = Group.objects.filter(name__in=["Editor"] if has_it else ["Clinician", "Editor"])
        keys = [str(role.pk) for role in wanted]
        self.clients["Administrator"].post(address, form | {"groups": keys, "_save": ""})
        self.wrote("Administrator", "take_role" if has_it else "give_role", account)
        self.wrote("Administrator", "change", account)

    def invite(self):
        name = f"new-{len(self.done)}"
        typed = {"username": name, "email": f"{name}@example.org"}
        self.clients["Administrator"].post(reverse("admin:accounts_user_add"), typed)
        self.wrote("Administrator", "invite", User.objects.get(username=name))

    def close_or_open(self):
        act = "close" if User.objects.get(pk=self.leaver.pk).is_active else "reopen"
        self.clients["Administrator"].post(reverse(f"admin:accounts_user_{act}", args=[self.leaver.pk]))
        self.wrote("Administrator", act, self.leaver)
        if act == "reopen":
            self.wrote("Administrator", "invite", self.leaver)

    def send_a_link(self):
        account = self.random.choice(self.colleagues)
        self.clients["Administrator"].post(reverse("admin:accounts_user_reset", args=[account.pk]))
        self.wrote("Administrator", "ask_reset", account)

    # The publisher

    def publish(self):
        page = self.random.choice(self.pages)
        page.summary = f"Summary {len(self.done)}."
        page.save()
        form = {"change": "Again.", "despite": "A test.", "version": page.version}
        self.clients["Publisher"].post(reverse("admin:conditions_condition_publish", args=[page.pk]), form)
        self.wrote("Publisher", "publish", page)

    def withdraw(self):
        page = self.random.choice(self.pages)
        address = reverse("admin:conditions_condition_withdraw", args=[page.pk])
        form = submitted(self.clients["Publisher"].get(address))
        self.clients["Publisher"].post(address, form | {"change": "For now."})
        self.wrote("Publisher", "withdraw", page)
        page.refresh_from_db()
        make.actions.publish(page, by=None, change="Back.")
        self.wrote("", "publish", page)

    # The privacy officer

    def look(self):
        self.clients["Privacy officer"].get(RECORD)
        self.wrote("Privacy officer", "list", ("record", ""))

    def search(self):
        self.clients["Privacy officer"].get(RECORD, {"kind": "user", "outcome": "refused"})
        self.wrote("Privacy officer", "search", ("record", ""))

    def export(self):
        answer = self.clients["Privacy officer"].post(f"{RECORD}export/?kind=letter", {"why": "The yearly review."})
        list(answer.streaming_content)
        self.wrote("Privacy officer", "export", ("record", ""))

    # Anybody

    def sign_out_and_in(self):
        role = self.random.choice(list(self.people))
        self.clients[role].post(reverse("admin:logout"))
        self.wrote(role, "sign_out", self.people[role])
        make.signed_in(self.clients[role], self.people[role])
        self.wrote(role, "sign_in", self.people[role])

    def be_refused(self):
        role, method, name, thing, action = self.random.choice(
            [
                ("Publisher", "get", "record_entry_changelist", ("record", ""), "list"),
                ("Administrator", "post", "record_entry_export", ("record", ""), "export"),
                ("Administrator", "post", "conditions_condition_publish", self.pages[0], "publish"),
                ("Administrator", "get", "conditions_condition_withdraw", self.pages[1], "withdraw"),
                ("Publisher", "get", "conditions_condition_review", self.pages[2], "review"),
                ("Publisher", "post", "accounts_user_close", self.colleagues[0], "close"),
                ("Privacy officer", "post", "accounts_user_reset", self.colleagues[1], "ask_reset"),
                ("Publisher", "get", "accounts_user_changelist", ("user", ""), "list"),
                ("Privacy officer", "get", "accounts_user_change", self.colleagues[2], "view"),
                ("Publisher", "get", "accounts_user_history", self.colleagues[3], "view"),
                ("Publisher", "post", "accounts_user_change", self.colleagues[4], "change"),
                ("Administrator", "get", "accounts_user_delete", self.colleagues[0], "delete"),
            ]
        )
        args = [] if isinstance(thing, tuple) else [thing.pk]
        answer = getattr(self.clients[role], method)(reverse(f"admin:{name}", args=args))
        assert answer.status_code == 403
        self.wrote(role, action, thing, "refused")


def test_the_record_equals_what_was_done():
    script = Script()
    allowed = [script.list_accounts, script.search_accounts, script.look_at_an_account, script.save_without_a_change,
               script.change_a_name, script.change_a_role, script.invite, script.close_or_open, script.send_a_link,
               script.publish, script.withdraw, script.look, script.search, script.export,
               script.sign_out_and_in]  # fmt: skip
    often = [3, 3, 4, 2, 2, 2, 1, 1, 2, 2, 1, 4, 4, 3, 2]
    acts = script.random.choices(allowed, often, k=ACTIONS - REFUSED) + [script.be_refused] * REFUSED
    script.random.shuffle(acts)
    start = Entry.objects.order_by("-number").values_list("number", flat=True).first()

    for act in acts:
        act()

    entries = Entry.objects.filter(number__gt=start).order_by("number")
    assert list(entries.values_list("username", "action", "kind", "key", "outcome")) == script.done
    assert len(acts) == ACTIONS
    assert sum(row[-1] == "refused" for row in script.done) == REFUSED
    assert {row[0] for row in script.done} == {*(person.username for person in script.people.values()), ""}
