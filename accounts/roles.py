"""The groups that staff belong to, and the function by which migrations give them permissions."""

from django.contrib.auth import get_user_model
from django.utils.translation import gettext_lazy as _

EDITOR = "Editor"
CLINICIAN = "Clinician"
PUBLISHER = "Publisher"
COORDINATOR = "Coordinator"
ADMINISTRATOR = "Administrator"
PRIVACY_OFFICER = "Privacy officer"
REVIEWING_PHYSICIAN = "Reviewing physician"

ROLES = (EDITOR, CLINICIAN, PUBLISHER, COORDINATOR, REVIEWING_PHYSICIAN, ADMINISTRATOR, PRIVACY_OFFICER)
SEES_REQUESTS = (COORDINATOR, REVIEWING_PHYSICIAN, PRIVACY_OFFICER)
WITHOUT_FACTOR = (EDITOR,)  # what they write is published by others; every other role needs a second factor

MAY = {
    EDITOR: _("writes pages; what they write is published by others"),
    CLINICIAN: _("reads pages and approves them by name"),
    PUBLISHER: _("publishes and withdraws pages"),
    COORDINATOR: _("sees what patients send and answers them"),
    REVIEWING_PHYSICIAN: _("sees the requests that were given to them for review, and no other"),
    ADMINISTRATOR: _("invites people, gives them roles, closes accounts, changes the site's details"),
    PRIVACY_OFFICER: _("reads the record of who did and saw what, keeps requests or has them erased"),
}


def grant(apps, role, model, *actions):
    """Give the group `role` permissions on `model` ("app.Model"), in a migration.

    An action is "add", "change", "delete", "view" or the whole codename of a permission the model adds itself.
    Django makes permission rows only after all migrations, so those missing are made here under the same keys.
    """
    ContentType = apps.get_model("contenttypes", "ContentType")
    Permission = apps.get_model("auth", "Permission")
    Group = apps.get_model("auth", "Group")
    app_label, name = model.lower().split(".")
    content_type, _ = ContentType.objects.get_or_create(app_label=app_label, model=name)
    options = apps.get_model(model)._meta
    names = dict(options.permissions) | {
        f"{action}_{name}": f"Can {action} {options.verbose_name_raw}" for action in options.default_permissions
    }
    group, _ = Group.objects.get_or_create(name=role)
    for action in actions:
        codename = action if action in names else f"{action}_{name}"
        permission, _ = Permission.objects.get_or_create(
            content_type=content_type, codename=codename, defaults={"name": names[codename]}
        )
        group.permissions.add(permission)


def changed(sender, instance, action, reverse, pk_set, **kwargs):
    """A person whose roles or permissions change signs in anew. Called whichever side the change is made from."""
    if reverse and action == "pre_clear":
        people = list(instance.user_set.all())
    elif action not in ("post_add", "post_remove", "post_clear") or pk_set == set():
        return
    elif reverse:
        people = get_user_model().objects.filter(pk__in=pk_set or ())
    else:
        people = [instance]
    for person in people:
        person.end_sign_ins()
