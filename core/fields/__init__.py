"""Owns custom fields and option lists (priorities, types, natures, categories). Values live on the objects."""
