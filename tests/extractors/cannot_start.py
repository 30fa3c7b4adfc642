"""Says that it cannot start."""

# fails: handshake
# says: no_model: there is no model

from base import Years


class Wrong(Years):
    def ready(self, hello):
        return {"t": "error", "code": "no_model", "message": "there is no model"}


Wrong().run()
