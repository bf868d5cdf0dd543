"""The plugins that come with Deskgraph, each made exactly as anybody else's."""
