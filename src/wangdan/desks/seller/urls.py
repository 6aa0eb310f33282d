"""Paths of the seller desk."""

from django.urls import path

from wangdan.desks.seller.pages import editing, freight, goods, orders, pictures, product, stock, warehouse

urlpatterns = [
    path("shop", orders.queue, name="shop"),
    path("shop/find", orders.find),
    path("shop/orders", orders.index),
    path("shop/orders/<str:no>", orders.show),
    path("shop/orders/<str:no>/accept", orders.accept),
    path("shop/orders/<str:no>/<str:name>", orders.move),
    path("shop/tasks/<str:no>", orders.task),
    path("shop/tasks/<str:no>/claim", orders.claim),
    path("shop/tasks/<str:no>/hand_over", orders.hand_over),
    path("shop/tasks/<str:no>/finish", orders.finish),
    path("shop/freight", freight.index),
    path("shop/freight/slots", freight.slots),
    path("shop/freight/points", freight.points),
    path("shop/freight/<int:pk>", freight.edit),
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
