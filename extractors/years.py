"""Years, months and days of the week by one regular expression: the smallest extractor. Shows goldspan_extractor.py."""

import re

from goldspan_extractor import Mention, extractor

DAY = r"(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day"
MONTH = r"(?:January|February|March|April|May|June|July|August|September|October|November|December)"
DATE = re.compile(rf"\b(?:[0-3]?\d {MONTH}(?:,? \d{{4}})?|{MONTH} [0-3]?\d(?:, \d{{4}})?\b|{MONTH} \d{{4}}|(?:last |next )?{DAY}|(?:19|20)\d\ds?)\b")


@extractor(name="years", version="1", tasks=["entities"], labels=["DATE"])
def find(document):
    for match in DATE.finditer(document.text):
        yield Mention(match.start(), match.end(), "DATE")


if __name__ == "__main__":
    find.serve()
