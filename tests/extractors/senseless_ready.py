"""Says a batch of 0 and a task that is none."""

# fails: handshake
# says: did you mean

from base import Years


class Wrong(Years):
    def ready(self, hello):
        return {**super().ready(hello), "batch": 0, "tasks": ["entitys"]}


Wrong().run()
