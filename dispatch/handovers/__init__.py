"""A person handed over to whoever takes care next: to whom, when, in what condition, on receipt."""
