"""Getting in and the address book, by the forms."""

import pytest
from django.test import Client

from wangdan.accounts.models import Address
from wangdan.site import world

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def made():
    """People, no goods."""
    return world.built()


def test_log_in_by_the_form_and_go_on(made):
    """A wrong password says so; the right one leads back to where one was."""
    client = Client()
    assert client.get("/login?next=/cart").status_code == 200
    wrong = client.post("/login", {"username": "buyer", "password": "no", "next": "/cart"})
    assert wrong.status_code == 422
    right = client.post("/login", {"username": "buyer", "password": world.PASSWORD, "next": "/cart"})
    assert right["Location"] == "/cart"
    assert client.get("/me").status_code == 200
    assert client.post("/login", {"username": "buyer", "password": world.PASSWORD, "next": "https://evil.example/"})["Location"] == "/"
    client.post("/logout")
    assert client.get("/me").status_code == 302


def test_register_with_a_name(made):
    """A new account is logged in at once; without the tick it is refused with what was typed."""
    client = Client()
    form = {"username": "xiaoyu", "password": "eine-gute-losung-9"}
    assert client.post("/register", form).status_code == 422
    assert client.post("/register", form | {"accept_terms": "1"}).status_code == 302
    assert client.get("/me/orders").status_code == 200
    assert client.get("/rules/terms").status_code == client.get("/rules/privacy").status_code == 200


def test_the_address_book(made):
    """A new one, back to the checkout, default, remove; what is wrong comes back as typed."""
    client = Client()
    client.force_login(made.people["buyer"])
    home = world.HOMES[0]
    form = {name: getattr(home, name) for name in ("name", "phone", "province", "city", "district", "street", "detail")}
    assert client.post("/me/addresses/new", form | {"phone": "12", "next": "/checkout"}).status_code == 422
    assert client.post("/me/addresses/new", form | {"next": "/checkout?sku=1"})["Location"] == "/checkout?sku=1"
    row = Address.objects.get()
    page = client.get("/me/addresses?choose=/checkout").content.decode()
    assert f"/checkout?address={row.pk}" in page
    assert client.get(f"/me/addresses/{row.pk}").status_code == 200
    client.post(f"/me/addresses/{row.pk}/remove")
    assert not Address.objects.exists()
    assert client.get("/me/messages").status_code == 200
