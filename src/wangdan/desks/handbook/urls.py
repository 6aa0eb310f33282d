"""Paths of the handbook."""

from django.urls import path, re_path

from wangdan.desks.handbook import pages

urlpatterns = [
    path("procedures/", pages.index, name="procedures"),
    re_path(r"^procedures/(?P<number>D[0-9]{2})$", pages.show, name="procedure"),
]
