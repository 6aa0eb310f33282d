"""Who may do what: roles and the operations they carry."""
