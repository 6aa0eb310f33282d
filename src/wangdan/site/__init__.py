"""The site: settings, addresses, base pages, commands. It imports everyone; nobody imports it."""
