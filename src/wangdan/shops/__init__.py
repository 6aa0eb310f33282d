"""Who may sell: applications for a shop, papers, review, re-checks."""
