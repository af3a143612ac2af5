"""Every setting of the site, read from the environment and closed by default."""

import os
from copy import deepcopy
from ipaddress import ip_network
from urllib.parse import parse_qsl, urlsplit

import environ
from csp.constants import NONE, SELF

from .keys import BASE_DIR, data_folder


class Env(environ.Env):
    # A copy: what spineinfo.env holds is for these settings and not for every program that the site starts.
    ENVIRON = dict(os.environ)


env = Env()


def refuse(advice):
    """Stop the start with one line that says what to set."""
    raise SystemExit(f"SpineInfo does not start: {advice}")


# The one folder the site writes to. `manage.py first_run` leaves there what a first start needs.
DATA = data_folder()
ENV_FILE = DATA / "spineinfo.env"
try:
    if ENV_FILE.exists():
        with ENV_FILE.open(encoding="utf-8") as file:
            Env.read_env(file)
except (OSError, UnicodeDecodeError):
    refuse(f"make {ENV_FILE} a text file that the user who runs the site can read")

DEBUG = env.bool("DEBUG", default=False)


def private(path):
    """`path`, if the machine's other users can neither read nor write it; a refusal otherwise."""
    if not DEBUG and path.stat().st_mode & 0o007:
        refuse(f"set the mode of {path} to 600: every user of this machine can open it")
    return path


if ENV_FILE.exists():
    private(ENV_FILE)


# Addresses

try:
    PORT = env.int("PORT", default=8000)
except ValueError:
    PORT = 0
if not 0 < PORT < 65536:
    refuse("set PORT to a number from 1 to 65535")

SITE_URL = env("SITE_URL", default=f"http://127.0.0.1:{PORT}").rstrip("/")
try:
    _site = urlsplit(SITE_URL)
    _is_address = _site.scheme in ("http", "https") and _site.hostname and _site.port != 0 and not _site.path
except ValueError:
    _is_address = False
if not _is_address:
    refuse("set SITE_URL to the address of the site, such as https://spine.example.org")
IS_HTTPS = _site.scheme == "https"
if not DEBUG and not IS_HTTPS and _site.hostname not in ("127.0.0.1", "localhost", "::1"):
    refuse("set SITE_URL to an https address; plain http is for this machine alone")

ALLOWED_HOSTS = [host.strip() for host in env.list("ALLOWED_HOSTS", default=[]) if host.strip()]
if DEBUG and not ALLOWED_HOSTS:
    ALLOWED_HOSTS = ["127.0.0.1", "localhost", "[::1]"]
if not ALLOWED_HOSTS:
    refuse("set ALLOWED_HOSTS to the host names the site answers to, separated by commas")
if "*" in ALLOWED_HOSTS and not DEBUG:
    refuse("set ALLOWED_HOSTS to host names; * would let anyone name the site")
CSRF_TRUSTED_ORIGINS = [f"{_site.scheme}://{_site.netloc}"]

# Who may say by X-Forwarded-* headers how a reader reached the site; spineinfo.wsgi drops them from anyone else.
try:
    TRUSTED_PROXIES = [
        ip_network(address.strip()) for address in env.list("TRUSTED_PROXIES", default=["127.0.0.1", "::1"])
    ]
except ValueError:
    refuse("set TRUSTED_PROXIES to IP addresses or networks, separated by commas")


# Secrets

SECRET_KEY = Env.ENVIRON.get("SECRET_KEY", "")  # as it is: env() would read "$…" as the name of another variable
PLACEHOLDERS = ("django-insecure", "change", "secret", "placeholder", "example", "your", "todo", "only-for-debugging")
if DEBUG:
    SECRET_KEY = SECRET_KEY or "only-for-debugging-" + "0" * 40
elif len(SECRET_KEY) < 40 or len(set(SECRET_KEY)) < 10 or SECRET_KEY.lower().startswith(PLACEHOLDERS):
    refuse("set SECRET_KEY to at least 40 random characters (manage.py first_run makes one)")


def keyset(name):
    """The path of the keyset file that the setting `name` names; None while debugging without one.

    A path that does not start at the root starts at the data folder, so that the folder can be moved.
    """
    named = env(name, default="")
    if DEBUG and not named:
        return None
    path = DATA / named
    try:
        if path.is_file() and path.stat().st_size and os.access(path, os.R_OK):
            return private(path)
    except PermissionError:
        pass  # its folder is closed: as good as missing
    refuse(f"set {name} to the path of a keyset file that this user can read (manage.py first_run makes one)")


INTAKE_KEYSET = keyset("INTAKE_KEYSET")
INTAKE_KMS_URI = env("INTAKE_KMS_URI", default="")  # of the hospital's key service, where that opens INTAKE_KEYSET
if INTAKE_KMS_URI and INTAKE_KMS_URI.partition("://")[0] not in ("aws-kms", "gcp-kms"):
    refuse("set INTAKE_KMS_URI to the address of a key, such as aws-kms://arn:aws:kms:us-east-1:…:key/…")
HASH_KEYSET = keyset("HASH_KEYSET")
RECORD_KEYSET = keyset("RECORD_KEYSET")
FACTOR_KEYSET = keyset("FACTOR_KEYSET")


# Applications

INSTALLED_APPS = [
    "spineinfo.apps.SpineInfoAdminConfig",
    "accounts",  # before Django's own, some of whose commands it replaces
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.forms",
    "spineinfo.apps.SpineInfoStaticFilesConfig",
    "adminsortable2",
    "axes",
    "ckeditor",
    "django_otp",
    "django_otp.plugins.otp_totp",
    "django_otp.plugins.otp_static",
    "housekeeping",
    "record",
    "publishing",
    "figures",
    "glossary",
    "physicians",
    "conditions",
    "news",
    "pages",
    "search",
    "intake",
    "spineinfo.apps.SpineInfoConfig",
]

MIDDLEWARE = [
    "csp.middleware.CSPMiddleware",  # before what may answer by itself, so that each answer has the policies
    "django_permissions_policy.PermissionsPolicyMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "spineinfo.middleware.CompressTextMiddleware",
    "spineinfo.middleware.RefuseNulMiddleware",
    "spineinfo.middleware.RefuseMethodsMiddleware",
    "publishing.old_addresses.OldAddressMiddleware",
    "accounts.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "intake.files.form.SealUploadsMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "accounts.middleware.SignInMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "axes.middleware.AxesMiddleware",
]

ROOT_URLCONF = "spineinfo.urls"
WSGI_APPLICATION = "spineinfo.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "pages.context_processors.site",
            ],
        },
    },
]

FORM_RENDERER = "django.forms.renderers.TemplatesSetting"  # so that templates/ can replace a widget's template


# Databases: the site's, and a connection of its own for the record of who did and saw what, whose rows stay when a
# transaction around them is undone.

SQLITE = "django.db.backends.sqlite3"


def database(name, file):
    """The database that the setting `name` tells of, or the SQLite `file` in the data folder."""
    address = env(name, default="")
    if address and address.partition("://")[0] not in ("postgres", "postgresql", "sqlite"):
        refuse(f"set {name} to an address such as postgres://name:password@host/database")
    found = env.db(name) if address else {"ENGINE": SQLITE, "NAME": DATA / file}
    if found["ENGINE"] == SQLITE:
        found["OPTIONS"] = {
            # A transaction takes its lock at the start: a later upgrade fails at once with "database is locked".
            "transaction_mode": "IMMEDIATE",
            "timeout": 20,
            "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA secure_delete=ON;",
        }
    else:
        found.setdefault("OPTIONS", {}).setdefault("connect_timeout", 5)
        found["CONN_MAX_AGE"] = 60
        found["CONN_HEALTH_CHECKS"] = True
    return found


def place(of):
    return [str(of.get(part, "")) for part in ("ENGINE", "HOST", "PORT", "NAME")]


DATABASES = {"default": database("DATABASE_URL", "spineinfo.sqlite3")}
if DATABASES["default"]["ENGINE"] == SQLITE or env("RECORD_DATABASE_URL", default=""):
    DATABASES["record"] = database("RECORD_DATABASE_URL", "record.sqlite3")
else:
    DATABASES["record"] = deepcopy(DATABASES["default"])
_share_one = place(DATABASES["record"]) == place(DATABASES["default"])
if _share_one and DATABASES["record"]["ENGINE"] == SQLITE:
    refuse("set RECORD_DATABASE_URL to another file: in one with the site, the record would wait for the site's lock")
RECORD_HOME = "default" if _share_one else "record"  # where the record's tables are made
DATABASE_ROUTERS = ["record.routing.Router"]
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

CACHES = {"default": env.cache("CACHE_URL", default="locmemcache://")}


# Accounts

AUTH_USER_MODEL = "accounts.User"
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "accounts.passwords.LengthValidator"},
    {"NAME": "accounts.passwords.CommonValidator"},
    {"NAME": "pages.passwords.SiteNamesValidator"},
]
LOGIN_URL = "admin:login"
LOGIN_REDIRECT_URL = "admin:index"

# Wrong passwords and codes: docs/adr/0012-sign-in.md. What was typed is kept nowhere.
AUTHENTICATION_BACKENDS = ["accounts.lockout.Backend"]
AXES_HANDLER = "accounts.lockout.Handler"
AXES_LOCKOUT_PARAMETERS = ["username", "ip_address"]
AXES_DISABLE_ACCESS_LOG = True
AXES_ENABLE_ADMIN = False
AXES_VERBOSE = False

# The second factor; the lock-out counts wrong codes, django-otp need not.
OTP_TOTP_SYNC = False
OTP_TOTP_THROTTLE_FACTOR = OTP_STATIC_THROTTLE_FACTOR = 0

SESSION_ENGINE = "accounts.session_store"
# accounts/sessions.py ends them sooner.
SESSION_COOKIE_AGE = 12 * 3600
SESSION_EXPIRE_AT_BROWSER_CLOSE = True

# What one person was told ends with their session; a cookie of its own would show it to whoever signs in next.
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"


# Mail: to a folder on one's own machine; elsewhere nobody gets any until EMAIL_URL says by what.

EMAIL_FROM = env("EMAIL_FROM", default="" if IS_HTTPS else "SpineInfo <spineinfo@localhost>")
if env("EMAIL_URL", default=""):
    if env("EMAIL_URL").partition("://")[0] not in ("smtp", "smtp+tls", "smtp+ssl"):
        refuse("set EMAIL_URL to an address such as smtp+tls://name:password@mail.example.org:587")
    if not EMAIL_FROM:
        refuse("set EMAIL_FROM to the address that mail comes from, such as SpineInfo <spine@example.org>")
    vars().update(env.email("EMAIL_URL"))
elif IS_HTTPS:
    EMAIL_BACKEND = "accounts.letters.NoMailServer"
else:
    EMAIL_BACKEND = "django.core.mail.backends.filebased.EmailBackend"
    EMAIL_FILE_PATH = DATA / "mail"
TEXT_MESSAGES = env("TEXT_MESSAGES", default="")  # a function that sends one; see docs/operators.md
EMAIL_TIMEOUT = 10  # seconds
DEFAULT_FROM_EMAIL = SERVER_EMAIL = EMAIL_FROM


# Whether this site may reach the network, to look whether links of its pages lead somewhere.
CHECK_LINKS = env.bool("CHECK_LINKS", default=False)


# Words and time

LANGUAGE_CODE = "en-us"
TIME_ZONE = env("TIME_ZONE", default="America/New_York")
USE_I18N = True
USE_TZ = True


# Files

STATIC_URL = "/static/"
STATIC_ROOT = DATA / "static"
STATICFILES_DIRS = [BASE_DIR / "static"]
STATICFILES_FINDERS = [
    "django.contrib.staticfiles.finders.FileSystemFinder",
    "django.contrib.staticfiles.finders.AppDirectoriesFinder",
    "spineinfo.finders.JoinedFilesFinder",
]
STORAGE_URL = env("STORAGE_URL", default="")  # s3://bucket/folder?endpoint=https://objects.example.org&region=…


def kept_in(folder, backend):
    """The storage of what stands in `folder`: of the data folder, or of the bucket that STORAGE_URL names."""
    if not STORAGE_URL:
        return {"BACKEND": backend, "OPTIONS": {"location": DATA / folder}}
    url, asked = urlsplit(STORAGE_URL), dict(parse_qsl(urlsplit(STORAGE_URL).query, keep_blank_values=True))
    endpoint = urlsplit(asked.get("endpoint", "https://"))
    is_private = endpoint.scheme == "https" or endpoint.hostname in ("127.0.0.1", "localhost", "::1")
    if url.scheme != "s3" or not url.netloc or not is_private or asked.keys() - {"endpoint", "region"}:
        refuse("set STORAGE_URL to s3://bucket/folder, with ?endpoint=https://… and &region=… if it is not AWS's")
    if "@" in url.netloc or "@" in endpoint.netloc:
        refuse("leave the name and the key out of STORAGE_URL; set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY")
    options = {
        "bucket_name": url.netloc,
        "location": "/".join(part for part in (url.path.strip("/"), folder) if part),
        "endpoint_url": asked.get("endpoint"),
        "region_name": asked.get("region"),
    }
    return {"BACKEND": "spineinfo.object_store.ObjectStore", "OPTIONS": options}


STORAGES = {
    "default": kept_in("media", "django.core.files.storage.FileSystemStorage"),
    "sealed": kept_in("sealed", "intake.files.blobs.DurableStorage"),
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if DEBUG
        else "spineinfo.storage.StaticFilesStorage"
    },
}


CLAMD_URL = env("CLAMD_URL", default="")  # unix:///run/clamav/clamd.ctl or tcp://127.0.0.1:3310
CLAMD_MEGABYTES = env.int("CLAMD_MEGABYTES", default=25)  # what clamd's own limits let it look at as a whole
if CLAMD_URL and urlsplit(CLAMD_URL).scheme not in ("unix", "tcp"):
    refuse("set CLAMD_URL to where clamd listens, such as unix:///run/clamav/clamd.ctl")
UPLOAD_PLACES = env.int("UPLOAD_PLACES", default=4)  # uploads that a process takes at once; `serve`: half its threads


# What every answer carries

CSRF_FAILURE_VIEW = "spineinfo.views.csrf_failure"
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_HTTPONLY = True
CSRF_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_AGE = None  # until the browser is closed: a reader who sent a form keeps nothing of it
if IS_HTTPS:
    SECURE_SSL_REDIRECT = True
    SECURE_REDIRECT_EXEMPT = [r"^healthz$", r"^readyz$"]
    SECURE_HSTS_SECONDS = 365 * 24 * 3600
    SECURE_HSTS_INCLUDE_SUBDOMAINS = True
    SECURE_HSTS_PRELOAD = True
    SESSION_COOKIE_SECURE = True
    SESSION_COOKIE_NAME = "__Host-sessionid"
    CSRF_COOKIE_SECURE = True
    CSRF_COOKIE_NAME = "__Host-csrftoken"
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF],
        "media-src": [SELF],
        "font-src": [SELF],
        "connect-src": [SELF],
        "manifest-src": [SELF],
        "form-action": [SELF],
        "base-uri": [NONE],
        "object-src": [NONE],
        "frame-ancestors": [NONE],
    }
}
PERMISSIONS_POLICY = {
    feature: []
    for feature in ("accelerometer", "camera", "display-capture", "geolocation", "gyroscope", "magnetometer",
                    "microphone", "midi", "payment", "usb", "xr-spatial-tracking")
}  # fmt: skip


# Rich text: docs/adr/0002-ckeditor.md says why CKEditor 4 is safe here and why its warning is silenced.

SILENCED_SYSTEM_CHECKS = ["ckeditor.W001"]
CKEDITOR_CONFIGS = {
    "default": {
        "versionCheck": False,
        "toolbar": [
            ["Format", "Bold", "Italic", "Subscript", "Superscript"],
            ["NumberedList", "BulletedList", "Blockquote"],
            ["Link", "Unlink", "Table", "Language"],
            ["RemoveFormat", "Undo", "Redo", "ShowBlocks"],
        ],
        "format_tags": "p;h3;h4",
        "language_list": [
            "ar:العربية:rtl",
            "zh-Hans:简体中文",
            "zh-Hant:繁體中文",
            "fr:Français",
            "de:Deutsch",
            "el:Ελληνικά",
            "ht:Kreyòl ayisyen",
            "he:עברית:rtl",
            "hi:हिन्दी",
            "it:Italiano",
            "ja:日本語",
            "ko:한국어",
            "la:Latina",
            "fa:فارسی:rtl",
            "pl:Polski",
            "pt:Português",
            "ru:Русский",
            "es:Español",
            "ur:اردو:rtl",
            "vi:Tiếng Việt",
        ],  # fmt: skip
        "removePlugins": (
            "about,elementspath,exportpdf,flash,font,forms,iframe,image,magicline,newpage,pagebreak,"
            "pastefromgdocs,pastefromword,preview,print,save,scayt,smiley,sourcearea,specialchar,stylescombo,"
            "templates,uploadimage,wsc,div,bidi,colorbutton,colordialog,copyformatting,horizontalrule,justify,"
            "selectall,find,a11yhelp"
        ),
        "removeDialogTabs": "link:advanced;link:target;table:advanced",
        "width": "100%",
        "height": 240,
        "toolbarCanCollapse": False,
        "disableNativeSpellChecker": False,
        "entities": False,
    }
}


# Logging: to standard error, for whoever runs the server to keep.

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "{asctime} {levelname} {name}: {message}", "style": "{"}},
    "filters": {"plain_refusals": {"()": "spineinfo.logs.PlainRefusals"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line", "filters": ["plain_refusals"]}},
    "root": {"handlers": ["stderr"], "level": "INFO"},
    "loggers": {"django": {"handlers": [], "level": "INFO", "propagate": True}},
}
