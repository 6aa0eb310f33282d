"""Paths of the office desk."""

from django.urls import path

from wangdan.desks.office.pages import approvals, audit, blocked, jobs, options, orders, post, refunds, rules, statistics, tasks, transfers

urlpatterns = [
    path("office", tasks.queue, name="office"),
    path("office/tasks/<str:no>", tasks.show),
    path("office/tasks/<str:no>/claim", tasks.claim),
    path("office/tasks/<str:no>/hand_over", tasks.hand_over),
    path("office/tasks/<str:no>/finish", tasks.finish),
    path("office/approvals", approvals.index),
    path("office/approvals/<str:no>", approvals.show),
    path("office/approvals/<str:no>/<str:name>", approvals.decide),
    path("office/audit", audit.index),
    path("office/audit/<str:no>", audit.show),
    path("office/audit/<str:no>/<str:name>", audit.move),
    path("office/rules", rules.index),
    path("office/rules/new", rules.edit),
    path("office/rules/<int:number>", rules.edit),
    path("office/rules/<int:number>/switch", rules.switch),
    path("office/blocked", blocked.index),
    path("office/blocked/<int:number>/lift", blocked.lift),
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
    path("office/statistics", statistics.show),
    path("office/options", options.show),
]
