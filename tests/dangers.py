"""What in a page could run a script, leave for another site by itself, or catch a form."""

import re

from lxml import html

ACTIVE = {"iframe", "object", "embed", "base", "applet", "frame", "marquee", "audio", "video", "style", "math"}
PREVIEW = re.compile(r"/admin/\w+/\w+/\d+/preview/")  # beside the form of the page
PLAIN_SCHEMES = re.compile(r"^(https?:|mailto:|tel:|/|#|\?|\.|[^:]*$)", re.I)


def dangers(response):
    """Every live danger in the page, as text; what editors wrote may hold none, and the site itself has none."""
    document = html.document_fromstring(response.content)
    found = []
    for element in document.iter():
        if not isinstance(element.tag, str):
            continue
        tag = element.tag.lower()
        own = tag == "script" and (element.get("src") or "").startswith(("/static/", "/admin/jsi18n/"))
        data = tag == "script" and element.get("type") in ("application/json", "application/ld+json")
        if tag == "script" and not own and not data:
            found.append(html.tostring(element)[:200])
        is_preview = tag == "iframe" and PREVIEW.fullmatch(element.get("src") or "")
        if tag in ACTIVE and not is_preview:
            found.append(html.tostring(element)[:200])
        if tag == "link" and not (element.get("href") or "").startswith(
            ("/", "http://localhost/", "http://testserver/")
        ):
            found.append(html.tostring(element)[:200])
        if tag == "meta" and element.get("http-equiv"):
            found.append(html.tostring(element)[:200])
        if tag == "form" and not re.match(r"^(/[^/\\]|\?|\.|$)", element.get("action") or ""):
            found.append(html.tostring(element)[:200])
        if tag == "img" and not (element.get("src") or "").startswith("/static/"):
            found.append(html.tostring(element)[:200])
        for name, value in element.attrib.items():
            if name.lower().startswith("on") or name.lower() in ("style", "srcdoc", "formaction", "ping", "background"):
                found.append(f"{tag} {name}={value}"[:200])
            if name.lower() in ("href", "src", "action", "xlink:href") and not PLAIN_SCHEMES.match(value.strip()):
                found.append(f"{tag} {name}={value}"[:200])
    return found
