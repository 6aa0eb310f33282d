"""Paths of the warehouse desk."""

from django.urls import path

from wangdan.desks.warehouse.pages import label, parcel, queue, rebook, task, trouble

urlpatterns = [
    path("warehouse", queue.queue, name="warehouse"),
    path("warehouse/find", queue.find),
    path("warehouse/next", queue.following),
    path("warehouse/parcels/<str:no>", task.show),
    path("warehouse/parcels/<str:no>/scan", task.scan),
    path("warehouse/parcels/<str:no>/story", parcel.story),
    path("warehouse/parcels/<str:no>/label", label.label),
    path("warehouse/parcels/<str:no>/trouble", trouble.trouble),
    path("warehouse/parcels/<str:no>/rebook", rebook.ask),
    path("warehouse/parcels/<str:no>/<str:name>", task.move),
]
