"""Refuses what is long with an error that has no code."""

# fails: errors
# says: no code
# remarks: huge text

from base import Years


class Wrong(Years):
    def entry(self, document):
        if len(document["text"]) > 500000:
            return {"id": document["id"], "error": {"message": "too long"}}
        return super().entry(document)


Wrong().run()
