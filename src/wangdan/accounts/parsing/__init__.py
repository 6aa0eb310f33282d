"""Reading an address somebody pasted: name, phone, division, street, detail. Plain Python."""
