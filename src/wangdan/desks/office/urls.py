"""Paths of the office desk."""

from django.urls import path

from wangdan.desks.office.pages import carriers, jobs, options, orders, parcels, post, refunds, tasks, transfers

urlpatterns = [
    path("office", tasks.queue, name="office"),
    path("office/tasks/<str:no>", tasks.show),
    path("office/tasks/<str:no>/claim", tasks.claim),
    path("office/tasks/<str:no>/hand_over", tasks.hand_over),
    path("office/tasks/<str:no>/finish", tasks.finish),
    path("office/find", orders.find),
    path("office/orders", orders.index),
    path("office/orders/<str:no>", orders.show),
    path("office/orders/<str:no>/<str:name>", orders.move),
    path("office/transfers", transfers.show),
    path("office/refunds", refunds.index),
    path("office/refunds/<str:no>", refunds.show),
    path("office/refunds/<str:no>/retry", refunds.retry),
    path("office/refunds/<str:no>/settle", refunds.settle),
    path("office/jobs", jobs.show),
    path("office/jobs/retry", jobs.retry),
    path("office/jobs/clear", jobs.clear),
    path("office/jobs/replay", jobs.replay),
    path("office/messages", post.show),
    path("office/messages/again", post.again),
    path("office/parcels/<str:no>", parcels.show),
    path("office/parcels/<str:no>/<str:name>", parcels.deed),
    path("office/carriers", carriers.index),
    path("office/carriers/slots", carriers.slots),
    path("office/carriers/points", carriers.points),
    path("office/carriers/<str:code>", carriers.edit),
    path("office/options", options.show),
]
