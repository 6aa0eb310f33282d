"""A browser of somebody in the built world, for tests of every desk's pages."""

from django.test import Client

from wangdan.site.world import World


def seat(made: World, name: str) -> Client:
    """A browser logged in."""
    client = Client()
    client.force_login(made.people[name])
    return client


def page(client: Client, path: str) -> str:
    """The page's text; it must answer."""
    answer = client.get(path)
    assert answer.status_code == 200, (path, answer.status_code)
    return answer.content.decode()
