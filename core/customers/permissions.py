"""What may be done with customers and their organisations."""

PERMISSIONS = {
    "customer.manage": "Create and change customers and external helpers",
    "organization.manage": "Create, change and delete organisations",
}
