"""Files: private or public uploads, checked and re-encoded before they are kept."""
