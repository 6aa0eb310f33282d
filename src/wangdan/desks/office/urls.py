"""Paths of the office desk."""

from django.urls import path

from wangdan.desks.office.pages import options, orders, tasks, transfers

urlpatterns = [
    path("office", tasks.queue, name="office"),
    path("office/tasks/<str:no>/claim", tasks.claim),
    path("office/tasks/<str:no>/finish", tasks.finish),
    path("office/find", orders.find),
    path("office/orders", orders.index),
    path("office/orders/<str:no>", orders.show),
    path("office/orders/<str:no>/<str:name>", orders.move),
    path("office/transfers", transfers.show),
    path("office/options", options.show),
]
