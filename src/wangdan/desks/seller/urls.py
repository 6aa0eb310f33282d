"""Paths of the seller desk."""

from django.urls import path

from wangdan.desks.seller.pages import editing, goods, orders, pictures, product, runs, statistics, stock, warehouse

urlpatterns = [
    path("shop", orders.queue, name="shop"),
    path("shop/find", orders.find),
    path("shop/orders", orders.index),
    path("shop/orders/views", orders.views),
    path("shop/orders/bulk", runs.bulk),
    path("shop/orders/export", runs.export),
    path("shop/runs", runs.runs),
    path("shop/runs/<str:no>", runs.run),
    path("shop/runs/<str:no>/file", runs.run_file),
    path("shop/orders/<str:no>", orders.show),
    path("shop/orders/<str:no>/accept", orders.accept),
    path("shop/orders/<str:no>/<str:name>", orders.move),
    path("shop/tasks/<str:no>", orders.task),
    path("shop/tasks/<str:no>/claim", orders.claim),
    path("shop/tasks/<str:no>/hand_over", orders.hand_over),
    path("shop/tasks/<str:no>/finish", orders.finish),
    path("shop/statistics", statistics.show),
    path("shop/products", goods.index),
    path("shop/products/new", editing.new),
    path("shop/products/<int:pk>", product.show),
    path("shop/products/<int:pk>/edit", editing.edit),
    path("shop/products/<int:pk>/prices", product.prices),
    path("shop/products/<int:pk>/pictures", pictures.add),
    path("shop/products/<int:pk>/pictures/<int:picture>", pictures.change),
    path("shop/products/<int:pk>/variants/<int:sku>/picture", pictures.variant),
    path("shop/products/<int:pk>/stock", stock.show),
    path("shop/products/<int:pk>/stock/warehouse", warehouse.new),
    path("shop/products/<int:pk>/stock/<str:name>", stock.change),
    path("shop/products/<int:pk>/<str:name>", product.move),
]
