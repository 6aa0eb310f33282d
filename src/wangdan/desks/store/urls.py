"""Paths of the store; browsing, buying, one's own orders and account."""

from django.urls import path

from wangdan.desks.store.pages import account, browse, cart, checkout, orders, pay, product

urlpatterns = [
    path("", browse.home, name="home"),
    path("categories", browse.categories, name="categories"),
    path("c/<slug:slug>", browse.category, name="category"),
    path("search", browse.search, name="search"),
    path("p/<int:number>", product.show, name="product"),
    path("p/<int:number>/beside", product.beside),
    path("cart", cart.show, name="cart"),
    path("cart/add", cart.add),
    path("cart/quantity", cart.quantity),
    path("cart/change", cart.change),
    path("cart/choose", cart.choose),
    path("cart/remove", cart.remove),
    path("cart/clear", cart.clear),
    path("buy", cart.buy),
    path("checkout", checkout.show, name="checkout"),
    path("pay/<str:no>", pay.show, name="pay"),
    path("pay/<str:no>/result", pay.result),
    path("login", account.login, name="login"),
    path("register", account.register, name="register"),
    path("logout", account.logout, name="logout"),
    path("rules/<slug:kind>", account.rules, name="rules"),
    path("me/addresses", account.addresses, name="addresses"),
    path("me/addresses/new", account.address),
    path("me/addresses/<int:number>", account.address),
    path("me/addresses/<int:number>/<str:name>", account.change),
    path("me/messages", account.notices, name="messages"),
    path("me", orders.me, name="me"),
    path("me/orders", orders.index, name="orders"),
    path("me/orders/<str:no>", orders.show, name="order"),
    path("me/orders/<str:no>/pay", orders.pay),
    path("me/orders/<str:no>/again", orders.again),
    path("me/orders/<str:no>/<str:name>", orders.move),
]
