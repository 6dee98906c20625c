"""The chat page: an aiohttp server, templates and one small script, with no build step."""
