"""arq-django-admin's own pages of one queue, as a logged-in person is shown them, as JSON.

`.dashboard/bin/python tests/arq_django_admin/pages.py URL QUEUE`
"""

import json
import re
import sys
from html import unescape
from http import HTTPStatus

import django
from arq.connections import RedisSettings
from django.conf import settings

LISTS = {"all": "", "queued": "queued/", "running": "running/", "deferred": "deferred/"}
_ROW = re.compile(r"<tr class = .*?</tr>", re.DOTALL)
_CELL = re.compile(r"<t[hd]>(.*?)</t[hd]>", re.DOTALL)
_TAG = re.compile(r"<[^>]*>")


def main() -> None:
    """Print each list's rows: job id → function, status."""
    url, queue = sys.argv[1:]
    _set_up(url, queue)
    from django.test import Client  # it needs the settings

    client = Client()
    client.force_login(_somebody())
    told = {name: _rows(client, f"/queue/{queue}/{path}") for name, path in LISTS.items()}
    print(json.dumps(told))  # noqa: T201 - its answer


def _set_up(url: str, queue: str) -> None:
    """As docs/arq.md says that a project is told of our queue; the rest is what any admin has."""
    apps = ("admin", "auth", "contenttypes", "messages", "sessions", "staticfiles")
    settings.configure(
        ALLOWED_HOSTS=["testserver"],
        ARQ_QUEUES={queue: RedisSettings.from_dsn(url)},
        ARQ_DESERIALIZER_BY_QUEUE={queue: json.loads},
        DATABASES={"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": ":memory:"}},
        MIGRATION_MODULES=dict.fromkeys(apps),  # the tables as they are in the end, at once
        INSTALLED_APPS=[*(f"django.contrib.{name}" for name in apps), "arq_admin"],
        MIDDLEWARE=[
            "django.contrib.sessions.middleware.SessionMiddleware",
            "django.contrib.auth.middleware.AuthenticationMiddleware",
            "django.contrib.messages.middleware.MessageMiddleware",
        ],
        PASSWORD_HASHERS=["django.contrib.auth.hashers.MD5PasswordHasher"],
        ROOT_URLCONF=__name__,
        SECRET_KEY="of-a-test",
        SESSION_ENGINE="django.contrib.sessions.backends.signed_cookies",
        STATIC_URL="/static/",
        TEMPLATES=[
            {
                "BACKEND": "django.template.backends.django.DjangoTemplates",
                "APP_DIRS": True,
                "OPTIONS": {
                    "context_processors": [
                        "django.template.context_processors.request",
                        "django.contrib.auth.context_processors.auth",
                        "django.contrib.messages.context_processors.messages",
                    ]
                },
            }
        ],
        USE_TZ=True,
    )
    django.setup()
    from django.contrib import admin
    from django.urls import include, path

    urls = [path("admin/", admin.site.urls), path("", include("arq_admin.urls"))]
    globals()["urlpatterns"] = urls


def _somebody() -> object:
    from django.contrib.auth.models import User
    from django.core.management import call_command

    call_command("migrate", run_syncdb=True, verbosity=0)
    return User.objects.create_superuser("ann", password="of-a-test")


def _rows(client: object, path: str) -> dict[str, list[str]]:
    """Of all its pages, a hundred jobs each: it lists what ended in any queue of that Redis."""
    found: dict[str, list[str]] = {}
    number = 0
    while True:
        number += 1
        answer = client.get(path, {"page": number})  # type: ignore[attr-defined]
        if answer.status_code == HTTPStatus.NOT_FOUND:  # behind the last; the first one always is
            return found
        for row in _ROW.findall(answer.content.decode()):
            job, function, status = (_text(cell) for cell in _CELL.findall(row)[:3])
            found[job] = [function, status]


def _text(html: str) -> str:
    return unescape(_TAG.sub("", html)).strip()


if __name__ == "__main__":
    main()
