"""Django's settings; every one has a working default, and docs/operations.md lists those the environment may change."""

import os
import secrets
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

from csp.constants import NONE, SELF
from django.utils.translation import gettext_lazy as _

HERE = Path(__file__).resolve().parent


def _flag(name: str, *, default: bool = False) -> bool:
    return os.environ.get(name, "1" if default else "").lower() in {"1", "yes", "true", "on"}


DATA = Path(os.environ.get("WANGDAN_DATA", "var")).absolute()
WANGDAN_DEMO = _flag("WANGDAN_DEMO")
WANGDAN_GUARDS = _flag("WANGDAN_GUARDS")
WANGDAN_PUBLIC_URL = os.environ.get("WANGDAN_PUBLIC_URL", "http://127.0.0.1:8000").rstrip("/")
WANGDAN_SANDBOX_URL = os.environ.get("WANGDAN_SANDBOX_URL", "").rstrip("/")
WANGDAN_SANDBOX_SECRET = os.environ.get("WANGDAN_SANDBOX_SECRET", "")
SECRET_KEY = os.environ.get("WANGDAN_SECRET_KEY") or secrets.token_urlsafe(48)
DEBUG = False
_public = urlsplit(WANGDAN_PUBLIC_URL)
ALLOWED_HOSTS = [host.strip() for host in os.environ.get("WANGDAN_ALLOWED_HOSTS", "127.0.0.1,localhost").split(",") if host.strip()]
CSRF_TRUSTED_ORIGINS = [WANGDAN_PUBLIC_URL]
WANGDAN_PAYMENT_METHODS = [each for each in os.environ.get("WANGDAN_PAYMENT_METHODS", "sandbox,bank_transfer,cod").split(",") if each]
WANGDAN_PROXIES = int(os.environ.get("WANGDAN_PROXIES") or "0")
"""How many proxies stand in front of us and add to X-Forwarded-For; the address that calls is read from there."""

MODULES = [
    name
    for name in (
        "kernel",
        "accounts",
        "policy",
        "files",
        "tasks",
        "talks",
        "ledger",
        "shops",
        "catalogue",
        "delivery",
        "promotions",
        "inventory",
        "payments",
        "fulfilment",
        "orders",
        "checkout",
        "aftersales",
        "reviews",
        "settlement",
        "procedures",
        "governance",
        "notices",
        "statistics",
        "guard",
    )
    if (HERE.parent / name / "__init__.py").exists()
]
"""The modules that exist, bottom-up; reactions are loaded in this order."""

FACES = ["desks"]
"""What shows the modules to people; its errands, such as files that people read, are loaded last."""

INSTALLED_APPS = [
    "django.contrib.contenttypes",
    "django.contrib.auth",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.postgres",
    "django_htmx",
    "procrastinate.contrib.django",
    *(f"wangdan.{name}" for name in MODULES),
    "wangdan.desks",
    *(
        f"wangdan.desks.{desk}"
        for desk in ("store", "seller", "warehouse", "office", "handbook", "api")
        if (HERE.parent / "desks" / desk / "__init__.py").exists()
    ),
    "wangdan.site",
]
MIDDLEWARE = [
    "wangdan.site.requests.Numbered",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "csp.middleware.CSPMiddleware",
    "wangdan.desks.store.basket.Carts",
    "wangdan.desks.web.Problems",
]
ROOT_URLCONF = "wangdan.site.urls"
WSGI_APPLICATION = "wangdan.site.wsgi.application"
TEMPLATES: list[dict[str, Any]] = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [HERE / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "wangdan.desks.shell.frame",
            ],
        },
    },
]


def _database(url: str) -> dict[str, Any]:
    """The database that `postgresql://user:password@host:port/name?host=/socket` names."""
    parts = urlsplit(url)
    query = dict(pair.split("=", 1) for pair in parts.query.split("&") if "=" in pair)
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(parts.path.lstrip("/")),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": unquote(query.get("host", parts.hostname or "")),
        "PORT": str(query.get("port", parts.port or "")),
        "CONN_HEALTH_CHECKS": True,
        "OPTIONS": {
            "server_side_binding": True,
            "prepare_threshold": 5,
            "options": "-c statement_timeout=30000 -c lock_timeout=15000 -c idle_in_transaction_session_timeout=60000 "
            "-c max_parallel_workers_per_gather=0",
        },
    }


DATABASES = {"default": _database(os.environ.get("DATABASE_URL", "postgresql:///wangdan"))}
if _flag("WANGDAN_POOL"):
    DATABASES["default"]["OPTIONS"]["pool"] = {"min_size": 2, "max_size": 16, "timeout": 10}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

AUTH_USER_MODEL = "accounts.Person"
LOGIN_URL = "/login"
LOGIN_REDIRECT_URL = "/me"
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher", "django.contrib.auth.hashers.PBKDF2PasswordHasher"]

LANGUAGE_CODE = "zh-hans"
LANGUAGES = [("zh-hans", _("中文")), ("en", _("English"))]
LOCALE_PATHS = [HERE / "locale"]
TIME_ZONE = os.environ.get("WANGDAN_ZONE", "Asia/Shanghai")
USE_TZ = True
USE_I18N = True

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"lines": {"()": "wangdan.kernel.logs.Lines"}},
    "handlers": {"out": {"class": "logging.StreamHandler", "formatter": "lines"}},
    "root": {"handlers": ["out"], "level": "WARNING"},
    "loggers": {
        "wangdan": {"level": os.environ.get("WANGDAN_LOG", "WARNING").upper()},
        "django": {"handlers": [], "level": "WARNING"},
        "django.request": {"level": "ERROR"},
        "django.security.DisallowedHost": {"level": "ERROR"},
    },
}

STATIC_URL = "/static/"
STATIC_ROOT = DATA / "static"
STATICFILES_DIRS = [HERE / "static"]
MEDIA_ROOT = DATA / "media"
WHITENOISE_USE_FINDERS = True
WHITENOISE_MAX_AGE = 3600
DATA_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 3000
FILE_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024

_secure = _public.scheme == "https"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = _secure
SESSION_COOKIE_NAME = "__Host-session" if _secure else "wangdan_session"
CSRF_COOKIE_NAME = "__Host-csrf" if _secure else "wangdan_csrf"
SESSION_COOKIE_HTTPONLY = True
# An https address means that a proxy on this machine ends TLS and tells us so: everything else is sent there, and browsers remember it.
SECURE_SSL_REDIRECT = _secure
SECURE_REDIRECT_EXEMPT = [r"^healthz$", r"^metrics$"]
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if _secure else None
SECURE_HSTS_SECONDS = int(os.environ.get("WANGDAN_HSTS_SECONDS") or "31536000") if _secure else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = _secure and _flag("WANGDAN_HSTS_SUBDOMAINS")
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "img-src": [SELF, "data:"],
        "style-src": [SELF],
        "script-src": [SELF],
        "object-src": [NONE],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
        "form-action": [SELF, *([WANGDAN_SANDBOX_URL] if WANGDAN_SANDBOX_URL else [])],
    },
}
PROCRASTINATE_ON_APP_READY = "wangdan.kernel.jobs.on_app_ready"
