"""How does what we know look on the surfaces where people read it? Values in, documents out; no draft is ever shown."""
