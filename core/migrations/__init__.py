"""How the database comes to its present shape: `versions/` holds the steps, `runner` takes them, `operations` are our
own kinds of step."""
