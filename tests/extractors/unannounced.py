"""Gives a label that it did not announce."""

# fails: annotations
# says: the label "YEAR"

from base import Years


class Wrong(Years):
    def entry(self, document):
        entry = super().entry(document)
        for mention in entry["entities"]:
            mention["label"] = "YEAR"
        return entry


Wrong().run()
