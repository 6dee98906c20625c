"""The music domain: nouns, rules, ports, the store and the music services."""
