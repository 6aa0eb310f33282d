"""Runs the command line."""

from wangdan.site.cli import app, bench, check, demo, manage, replay, test, up

COMMANDS = (up, test, check, demo, replay, bench, manage)

if __name__ == "__main__":
    app(prog_name="wangdan")
