"""A great many orders at once, by COPY: for seeing what lists and checks do at size. Exempt from the door, and every invariant holds."""
