"""Entities by spaCy, in batches. Shows a setup hook, parameters, and what belongs in a fingerprint.

Without a parameter it is an empty English pipeline with the few patterns below, which needs no download and knows little. `params = { model = "en_core_web_sm" }`
loads an installed pipeline, or the folder of one that you trained. Needs `pip install spacy`.
"""

import hashlib
import json
import os

from goldspan_extractor import Mention, Refused, batch_extractor, hash_files

PATTERNS = [
    {"label": "DATE", "pattern": [{"LOWER": {"IN": ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"]}}]},
    {"label": "DATE", "pattern": [{"LOWER": {"IN": ["last", "this", "next"]}}, {"LOWER": {"IN": ["week", "month", "year"]}}]},
    {"label": "DATE", "pattern": [{"TEXT": {"REGEX": r"^(19|20)\d\d$"}}]},
    {"label": "PERCENT", "pattern": [{"LIKE_NUM": True}, {"LOWER": {"IN": ["percent", "%"]}}]},
    {"label": "MONEY", "pattern": [{"IS_CURRENCY": True}, {"LIKE_NUM": True}, {"LOWER": {"IN": ["million", "billion"]}, "OP": "?"}]},
    {"label": "ORG", "pattern": [{"IS_TITLE": True, "OP": "+"}, {"TEXT": {"IN": ["Ministry", "Bank", "University", "Council"]}}]},
    {"label": "ORG", "pattern": [{"TEXT": {"IN": ["Bank", "University", "Ministry"]}}, {"LOWER": "of"}, {"IS_TITLE": True, "OP": "+"}]},
]


@batch_extractor(name="spacy-ner", version="1", tasks=["entities"], params={"model": ""}, batch=16)
def find(documents):
    # A generator: what is answered already is kept where a later document fails.
    for doc in find.nlp.pipe(document.text for document in documents):
        yield [Mention(ent.start_char, ent.end_char, ent.label_) for ent in doc.ents]


@find.setup
def load(params):
    try:
        import spacy
    except ImportError:
        raise Refused("missing_package", "spaCy is not installed: pip install spacy")
    model = params["model"]
    if model:
        try:
            find.nlp = spacy.load(model)
        except OSError as error:
            raise Refused("missing_model", "spaCy cannot load %s: %s" % (model, error))
        rules = hash_files([find.nlp.path]) if find.nlp.path else ""
    else:
        find.nlp = spacy.blank("en")
        find.nlp.add_pipe("entity_ruler").add_patterns(PATTERNS)
        rules = json.dumps(PATTERNS)
    labels = {label for name in find.nlp.pipe_names for label in getattr(find.nlp.get_pipe(name), "labels", ()) if name in ("ner", "entity_ruler", "span_ruler")}
    meta = json.dumps(find.nlp.meta, sort_keys=True)
    name = "%s %s" % (os.path.basename(model.rstrip("/")), find.nlp.meta.get("version", "")) if model else "own patterns"
    return {
        "version": "1, spaCy %s, %s" % (spacy.__version__, name),
        "labels": sorted(labels),
        "fingerprint": hashlib.sha256((rules + meta).encode()).hexdigest(),
    }


if __name__ == "__main__":
    find.serve()
