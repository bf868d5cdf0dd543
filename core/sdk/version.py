"""The version of what plugins stand on, apart from the product's. A new minor version adds; a new major one may take
away."""

API_VERSION = "1.1"
