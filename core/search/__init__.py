"""Search: tickets, messages, people and organisations by their words, Chinese and English, for whoever may see them. It
owns the words that each is found by; texts, and who sees them, are the other domains' affair."""
