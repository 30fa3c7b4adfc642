"""Fails where one of its tasks alone is asked for."""

# fails: one task
# says: KeyError

from base import Years


class Wrong(Years):
    def ready(self, hello):
        return {**super().ready(hello), "tasks": ["entities", "claims"]}

    def answer(self, message):
        {"entities,claims": 1}[",".join(message["tasks"])]
        return super().answer(message)


Wrong().run()
