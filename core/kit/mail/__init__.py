"""Mail that the product itself writes: asked for in a transaction, written from templates, sent by the worker."""
