"""What may be done with customers and their organisations."""

PERMISSIONS = {
    "customer.manage": "Create and change customers and external helpers",
    "customer.erase": "Anonymise and erase customers, and take out all that is kept about one",
    "customer.merge": "Merge customers into one",
    "organization.manage": "Create, change and delete organisations",
}
