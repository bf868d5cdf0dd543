"""The routes beside GraphQL: what a query cannot carry, such as files, sign-in redirects and the explorer."""
