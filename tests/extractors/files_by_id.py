"""Takes ids for names of files."""

# fails: unusual ids
# says: ../a/b

import os

from base import Years


class Wrong(Years):
    def entry(self, document):
        return {**super().entry(document), "id": os.path.basename(document["id"])}


Wrong().run()
