"""TOPdesk over its REST API."""
