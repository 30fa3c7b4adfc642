"""Refuses keys that it does not know."""

# fails: unknown keys
# says: pass over the others

from base import Years

KEYS = {"t", "protocol", "tasks", "params", "seed", "features", "id", "attempt", "deadline_ms", "docs"}


class Wrong(Years):
    def hear(self, message):
        unknown = set(message) - KEYS
        if unknown:
            raise ValueError("unknown keys: %s" % unknown)
        super().hear(message)


Wrong().run()
