"""The documentation. Its only code is `docs._build`, which writes the tables that follow from the product's own."""
