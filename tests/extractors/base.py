"""What the wrong extractors of this folder have in common: years, found by the rules of the protocol. Each of the others breaks one rule.

The line `# fails:` of each names the cases of `goldspan extractor test` that it must fail, `# says:` words that must then be found in what is told, `# remarks:` cases
with a remark, `# patience:` how many seconds it is given where the default is too long, `# tries:` how often it is tried where its fault is a matter of time. Not to be copied: examples are in `extractors/`.
"""

import json
import os
import re
import sys


class Years:
    about = {"batch": 4, "in_flight": 3, "features": ["cancel"], "fingerprint": "1", "labels": ["DATE"]}

    def ready(self, hello):
        return {"t": "ready", "protocol": 1, "name": "years", "version": "1", "tasks": ["entities"], **self.about}

    def places(self, text):
        return [match.span() for match in re.finditer(r"\b(19|20)[0-9][0-9]\b", text)]

    def entry(self, document):
        found = self.places(document["text"])
        return {"id": document["id"], "entities": [{"start": start, "end": end, "label": "DATE"} for start, end in found]}

    def answer(self, message):
        return {"t": "result", "id": message["id"], "docs": [self.entry(document) for document in message["docs"]]}

    def say(self, message):
        self.write(json.dumps(message).encode() + b"\n")

    def write(self, data):
        while data:
            data = data[os.write(1, data):]

    def lines(self):
        return iter(sys.stdin.buffer.readline, b"")

    def hear(self, message):
        if message["t"] == "hello":
            self.say(self.ready(message))
        elif message["t"] == "extract":
            self.say(self.answer(message))
        elif message["t"] == "bye":
            self.bye()

    def bye(self):
        sys.exit(0)

    def end(self):
        sys.exit(0)

    def run(self):
        for line in self.lines():
            self.hear(json.loads(line))
        self.end()
