"""Paths of the seller desk."""

from django.urls import path

from wangdan.desks.seller.pages import editing, figures, goods, orders, people, pictures, product, sheets, stock, warehouse

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
    path("shop/people", people.staff),
    path("shop/people/invite", people.invite),
    path("shop/people/dismiss", people.dismiss),
    path("shop/people/offers/<int:number>", people.revoke),
    path("shop/customers", people.customers),
    path("shop/products", goods.index),
    path("shop/products/sheets", sheets.index),
    path("shop/products/sheets/<int:pk>", sheets.show),
    path("shop/products/sheets/<int:pk>/take", sheets.take),
    path("shop/products/template.<slug:form>", sheets.template),
    path("shop/products/export.<slug:form>", sheets.export),
    path("shop/products/new", editing.new),
    path("shop/products/<int:pk>", product.show),
    path("shop/products/<int:pk>/edit", editing.edit),
    path("shop/products/<int:pk>/prices", product.prices),
    path("shop/products/<int:pk>/history", figures.history),
    path("shop/products/<int:pk>/sales", figures.sales),
    path("shop/products/<int:pk>/pictures", pictures.add),
    path("shop/products/<int:pk>/pictures/<int:picture>", pictures.change),
    path("shop/products/<int:pk>/variants/<int:sku>/picture", pictures.variant),
    path("shop/products/<int:pk>/stock", stock.show),
    path("shop/products/<int:pk>/stock/warehouse", warehouse.new),
    path("shop/products/<int:pk>/stock/<str:name>", stock.change),
    path("shop/products/<int:pk>/<str:name>", product.move),
]
