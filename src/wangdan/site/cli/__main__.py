"""Runs the command line."""

from wangdan.site.cli import app, check, demo, manage, test, up

COMMANDS = (up, test, check, demo, manage)

if __name__ == "__main__":
    app(prog_name="wangdan")
