"""What schemathesis is told about the API, and what it must never see."""
