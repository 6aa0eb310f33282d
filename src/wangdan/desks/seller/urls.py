"""Paths of the seller desk."""

from django.urls import path

from wangdan.desks.seller.pages import orders

urlpatterns = [
    path("shop", orders.queue, name="shop"),
    path("shop/find", orders.find),
    path("shop/orders", orders.index),
    path("shop/orders/<str:no>", orders.show),
    path("shop/orders/<str:no>/accept", orders.accept),
    path("shop/orders/<str:no>/<str:name>", orders.move),
]
