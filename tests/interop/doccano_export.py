#!/usr/bin/env python3
"""Lets doccano's own server code export projects, and says what is in them.

Run by interop.py with an interpreter in which doccano is installed; the argument is the folder to write to. The database is an SQLite file in that folder; no server is started.
What a browser would send is put into the database directly: offsets are what doccano's annotator counts, UTF-16 units, or graphemes where the project says so.
"""

import importlib.util
import json
import logging
import os
import sys
import zipfile
from pathlib import Path

from interop import NOBODY, PEOPLE, PLAIN, at, claim_of_plain, grapheme, one, utf16


def start(folder: Path):
    """Sets Django up with doccano's own settings, and makes the tables."""
    os.environ.update(
        DATABASE_URL=f"sqlite:///{folder}/doccano.sqlite3",
        MEDIA_ROOT=str(folder / "media"),
        STANDALONE="True",
        DEBUG="True",
        DJANGO_SETTINGS_MODULE="config.settings.development",
    )
    sys.path.insert(0, os.path.dirname(importlib.util.find_spec("backend").origin))
    logging.disable(logging.CRITICAL)
    import django

    django.setup()
    from django.core.management import call_command

    call_command("migrate", verbosity=0)


def people():
    """Two annotators, and the roles that a project needs."""
    from django.contrib.auth.models import User
    from roles.models import Role

    for name in ("project_admin", "annotator", "annotation_approver"):
        Role.objects.get_or_create(name=name)
    return User.objects.create_user("ana"), User.objects.create_user("ben")


class Project:
    """A project whose examples are marked as given."""

    def __init__(self, users, kind="SequenceLabeling", **settings):
        from projects.models import IntentDetectionAndSlotFillingProject, Member, SequenceLabelingProject
        from roles.models import Role

        model = SequenceLabelingProject if kind == "SequenceLabeling" else IntentDetectionAndSlotFillingProject
        if kind == "SequenceLabeling":
            settings["allow_overlapping"] = True
        self.users = users
        self.item = model.objects.create(name="p", project_type=kind, created_by=users[0], **settings)
        self.item.add_admin()
        Member.objects.create(project=self.item, user=users[1], role=Role.objects.get(name="annotator"))

    def example(self, text, **meta):
        from examples.models import Example

        return Example.objects.create(project=self.item, text=text, meta=meta)

    def span(self, example, user, place, label, unit):
        from label_types.models import SpanType
        from labels.models import Span

        kind, _ = SpanType.objects.get_or_create(project=self.item, text=label)
        start, end = (unit(example.text, offset) for offset in place)
        return Span.objects.create(example=example, user=user, label=kind, start_offset=start, end_offset=end)

    def relation(self, example, user, start, end, kind):
        from label_types.models import RelationType
        from labels.models import Relation

        name, _ = RelationType.objects.get_or_create(project=self.item, text=kind)
        Relation.objects.create(example=example, user=user, from_id=start, to_id=end, type=name)

    def comment(self, example, user, text):
        from examples.models import Comment

        Comment.objects.create(example=example, user=user, text=text)

    def export(self, folder: Path, name: str):
        """doccano's own export task; it makes a zip of one file for all, or one for each member."""
        from data_export.celery_tasks import export_dataset

        with zipfile.ZipFile(export_dataset(self.item.id, "JSONL", False)) as archive:
            target = folder / name
            archive.extractall(target)
        return name


def document(text, mentions, claims=()):
    """A document as interop.py reads it."""
    return {"text": text, "mentions": mentions, "claims": claims}


def main():
    """Makes the projects, exports them, and says on the last line what is in each file."""
    folder = Path(sys.argv[1]).resolve()
    start(folder)
    ana, ben = users = people()
    cases = []
    mentions = [one(PEOPLE, "Ana Kos", "PERSON"), one(PEOPLE, "UN", "ORG"), one(PEOPLE, "Rene\u0301 Roy", "PERSON"), one(PEOPLE, "Rene\u0301", "GIVEN")]

    for name, unit, flags in (("triples", utf16, ("--offsets", "utf16")), ("graphemes", grapheme, ("--offsets", "grapheme"))):
        project = Project(users, collaborative_annotation=True, grapheme_mode=name == "graphemes")
        first = project.example(PEOPLE, source="wire/7", number=3)
        for spans, label in mentions:
            project.span(first, ana, spans[0], label, unit)
        project.comment(first, ben, "sure?")
        project.example(NOBODY)
        cases.append({"what": f"triples, offsets in {flags[1]}", "path": f"{project.export(folder, name)}/all.jsonl", "flags": flags, "documents": [document(PEOPLE, mentions), document(NOBODY, [])]})

    # A column of the imported data that is called like one of the export's own keys stays beside it.
    project = Project(users, collaborative_annotation=True)
    first = project.example(PLAIN, labels="none yet", comments="from the desk", data_source="wire")
    project.span(first, ana, at(PLAIN, "Ana Kos"), "PERSON", utf16)
    cases.append({"what": "columns named labels and comments among the data", "path": f"{project.export(folder, 'columns')}/all.jsonl", "flags": ("--offsets", "utf16"), "documents": [document(PLAIN, [one(PLAIN, "Ana Kos", "PERSON")])]})

    claim, plain = claim_of_plain()
    project = Project(users, use_relation=True, collaborative_annotation=True)
    first = project.example(PLAIN, id="wire-7")
    for spans, label in plain:
        project.span(first, ana, spans[0], label, utf16)
    parts = {role: project.span(first, ana, spans[0], role, utf16) for role, spans in zip(("Content", "Source", "Cue"), claim)}
    for role in ("Content", "Source"):
        project.relation(first, ana, parts["Cue"], parts[role], role.lower())
    project.comment(first, ben, "sure?")
    project.example(NOBODY, id="wire-8")
    cases.append({"what": "entities and relations", "path": f"{project.export(folder, 'relations')}/all.jsonl", "flags": ("--offsets", "utf16"), "documents": [document(PLAIN, plain, [claim]), document(NOBODY, [])]})

    project = Project(users, collaborative_annotation=False)
    first = project.example(PLAIN)
    project.span(first, ana, at(PLAIN, "Ana Kos"), "PERSON", utf16)
    project.span(first, ben, at(PLAIN, "Ben Roy"), "PERSON", utf16)
    name = project.export(folder, "members")
    for member, words in (("ana", "Ana Kos"), ("ben", "Ben Roy")):
        cases.append({"what": f"the file of the member {member}", "path": f"{name}/{member}.jsonl", "flags": ("--offsets", "utf16"), "documents": [document(PLAIN, [one(PLAIN, words, "PERSON")])]})

    project = Project(users, kind="IntentDetectionAndSlotFilling", collaborative_annotation=True)
    first = project.example(PLAIN)
    project.span(first, ana, at(PLAIN, "Ana Kos"), "PERSON", utf16)
    cases.append({"what": "intents and slots: triples under the key entities", "path": f"{project.export(folder, 'slots')}/all.jsonl", "flags": ("--offsets", "utf16"), "documents": [document(PLAIN, [one(PLAIN, "Ana Kos", "PERSON")])]})

    print(json.dumps({"cases": cases}))


if __name__ == "__main__":
    main()
