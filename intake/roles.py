"""Who may do what with requests."""


def may(request, permission):
    """Whether one of the person's roles gives a `permission` of this app; being able to do anything does not."""
    if not request.user.has_perm(f"intake.{permission}"):  # which most people's pages need not ask any further
        return False
    if not hasattr(request, "intake_permissions"):
        given = request.user.groups.filter(permissions__content_type__app_label="intake")
        request.intake_permissions = set(given.values_list("permissions__codename", flat=True))
    return permission in request.intake_permissions
