"""Runs the command line."""

from wangdan.site.cli import admin, app, bench, check, demo, keep, manage, procedure, replay, serve, test, up

COMMANDS = (up, test, check, demo, procedure, replay, bench, serve, admin, keep, manage)

if __name__ == "__main__":
    app(prog_name="wangdan")
