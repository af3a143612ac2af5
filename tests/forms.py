"""Forms as a browser would submit them."""

from lxml import html


def submitted(response, which=None):
    """The fields of the page's main form (the last with a csrf token) by name, as a browser would send them.

    `which` is the id of what another one stands in.
    """
    page = html.fromstring(response.content)
    forms = [form for form in page.forms if form.getparent().get("id") == which] if which else page.forms
    form = [form for form in forms if form.method == "POST" and "logout" not in (form.action or "")][-1]
    fields = {}
    for control in form.inputs:
        name, kind = control.name, getattr(control, "type", None)
        if not name or "__prefix__" in name or kind in ("submit", "button", "image", "file"):
            continue
        if kind in ("checkbox", "radio"):
            if control.checked:
                fields.setdefault(name, []).append(control.get("value", "on"))
        elif getattr(control, "multiple", False):
            fields[name] = list(control.value)
        else:
            # A browser drops the newline right after <textarea>.
            fields[name] = (control.value or "").removeprefix("\n")
    return {name: value[0] if isinstance(value, list) and len(value) == 1 else value for name, value in fields.items()}
