from pathlib import Path

import ckeditor
from django.apps import AppConfig
from django.contrib.admin import apps as admin
from django.contrib.staticfiles import apps as staticfiles

EDITOR = Path(ckeditor.__file__).parent / "static/ckeditor/ckeditor"
EDITOR_PLUGINS_USED = {"clipboard", "dialog", "link", "showblocks", "table", "tableselection", "tabletools"}


class SpineInfoConfig(AppConfig):
    name = "spineinfo"


class SpineInfoAdminConfig(admin.AdminConfig):
    default_site = "spineinfo.admin.StaffSite"


class SpineInfoStaticFilesConfig(staticfiles.StaticFilesConfig):
    """Leaves out what the editor brings and the site does not use (docs/adr/0002-ckeditor.md)."""

    ignore_patterns = [
        *staticfiles.StaticFilesConfig.ignore_patterns,
        "ckeditor/galleriffic/*",
        "ckeditor/ckeditor/adapters/*",
        "ckeditor/ckeditor/*.md",
        "ckeditor/ckeditor/b*.js*",
        "ckeditor/ckeditor/skins/moono/*",
        *(f"ckeditor/ckeditor/lang/{file.name}" for file in (EDITOR / "lang").iterdir() if file.name != "en.js"),
        *(
            f"ckeditor/ckeditor/plugins/{folder.name}/*"
            for folder in sorted((EDITOR / "plugins").iterdir())
            if folder.is_dir() and folder.name not in EDITOR_PLUGINS_USED
        ),
    ]
