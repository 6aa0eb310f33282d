"""Settings of the tests: the product's own, the toy module that the kernel's tests try the door on, quick passwords."""

import os

from wangdan.site.settings import *  # noqa: F403
from wangdan.site.settings import DATABASES
from wangdan.site.settings import INSTALLED_APPS as _APPS

INSTALLED_APPS = [*_APPS, "tests.toys"]
WANGDAN_GUARDS = os.environ.get("WANGDAN_GUARDS", "1") == "1"
WANGDAN_DEMO = True
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
WHITENOISE_AUTOREFRESH = True
ALLOWED_HOSTS = ["testserver", "127.0.0.1", "localhost"]
if template := os.environ.get("WANGDAN_TEST_TEMPLATE"):
    DATABASES["default"]["TEST"] = {"TEMPLATE": template}
