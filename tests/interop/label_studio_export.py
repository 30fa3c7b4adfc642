#!/usr/bin/env python3
"""Lets Label Studio's own server code export a project, and says what is in it.

Run by interop.py with an interpreter in which label-studio is installed; the argument is the folder to write to. The database is an SQLite file in that folder; no server is
started and nothing is sent. Results are put into the database as the editor sends them: offsets in code points, and the text of a region quoted.
"""

import importlib.util
import json
import logging
import os
import sys
from pathlib import Path

from interop import LABEL_CONFIG, NOBODY, PEOPLE, PLAIN, claim_of_plain, one


def start(folder: Path):
    """Sets Django up with Label Studio's own settings, and makes the tables."""
    os.environ.update(
        LABEL_STUDIO_BASE_DATA_DIR=str(folder / "data"),
        DJANGO_SETTINGS_MODULE="core.settings.label_studio",
        DJANGO_DB="sqlite",
        SECRET_KEY="only for this check",
        SENTRY_DSN="",
        FRONTEND_SENTRY_DSN="",
        COLLECT_ANALYTICS="False",
        LATEST_VERSION_CHECK="False",
        LOG_LEVEL="CRITICAL",
    )
    (folder / "data").mkdir(parents=True, exist_ok=True)
    sys.path.insert(0, os.path.dirname(importlib.util.find_spec("label_studio").origin))
    logging.disable(logging.CRITICAL)
    import django

    django.setup()
    from django.core.management import call_command

    call_command("migrate", verbosity=0)


class Made:
    """A project with two annotators."""

    def __init__(self):
        from django.contrib.auth import get_user_model
        from organizations.models import Organization
        from projects.models import Project

        users = get_user_model().objects
        self.ana = users.create_user(email="ana@example.org", password="x")
        self.ben = users.create_user(email="ben@example.org", password="x")
        owner = Organization.create_organization(created_by=self.ana, title="desk")
        self.new = lambda: Project.objects.create(title="p", label_config=LABEL_CONFIG, created_by=self.ana, organization=owner)

    @staticmethod
    def task(project, text, **data):
        from tasks.models import Task

        return Task.objects.create(project=project, data={"text": text, **data})

    @staticmethod
    def annotation(task, user, result, **more):
        from tasks.models import Annotation

        Annotation.objects.create(task=task, project=task.project, completed_by=user, result=result, **more)

    @staticmethod
    def others(task, user, result):
        """What stands beside annotations: a prediction and a draft."""
        from tasks.models import AnnotationDraft, Prediction

        Prediction.objects.create(task=task, project=task.project, result=result, model_version="m1", score=0.5)
        AnnotationDraft.objects.create(task=task, user=user, result=result)

    @staticmethod
    def export(project, folder: Path, name: str, form: str, **options):
        """The server's own serialiser and writer."""
        from data_export.models import DataExport
        from data_export.serializers import ExportDataSerializer
        from rest_framework.utils.encoders import JSONEncoder
        from tasks.models import Task

        tasks = ExportDataSerializer(Task.objects.filter(project=project).order_by("id"), many=True, context={"interpolate_key_frames": False}, **options).data
        tasks = json.loads(json.dumps(tasks, cls=JSONEncoder))
        out, _, _ = DataExport.generate_export_file(project, tasks, form, False, {})
        path = folder / f"{name}.json"
        path.write_bytes(out.read())
        out.close()
        return path.name


def region(name, text, mention):
    """A region as the editor sends it."""
    ((start, end),), label = mention
    return {"id": name, "from_name": "label", "to_name": "text", "type": "labels", "origin": "manual", "value": {"start": start, "end": end, "text": text[start:end], "labels": [label]}}


def regions(text, mentions, claims=()):
    """A whole result: regions, then relations."""
    result = [region(f"m{n}", text, mention) for n, mention in enumerate(mentions)]
    for n, claim in enumerate(claims):
        for role, spans in zip(("Content", "Source", "Cue"), claim):
            result.append(region(f"c{n}{role}", text, (spans, role)))
        for role in ("Content", "Source"):
            result.append({"from_id": f"c{n}Cue", "to_id": f"c{n}{role}", "type": "relation", "direction": "right", "labels": [role.lower()]})
    return result


def document(text, mentions, claims=()):
    """A document as interop.py reads it."""
    return {"text": text, "mentions": mentions, "claims": claims}


def main():
    """Makes the projects, exports them, and says on the last line what is in each file."""
    folder = Path(sys.argv[1]).resolve()
    start(folder)
    made, cases = Made(), []
    claim, plain = claim_of_plain()
    people = [one(PEOPLE, "Ana Kos", "PERSON"), one(PEOPLE, "UN", "ORG"), one(PEOPLE, "Rene\u0301 Roy", "PERSON")]

    project = made.new()
    first = made.task(project, PEOPLE, source="wire/7")
    made.annotation(first, made.ana, regions(PEOPLE, people))
    made.annotation(first, made.ben, regions(PEOPLE, people[:1]), was_cancelled=True)
    made.others(first, made.ben, regions(PEOPLE, people[:1]))
    second = made.task(project, PLAIN, source="wire/8")
    made.annotation(second, made.ana, regions(PLAIN, plain, [claim]))
    third = made.task(project, NOBODY, source="wire/9")
    made.annotation(third, made.ana, [])
    # Nobody has come to this one yet, so nothing is known about it.
    made.task(project, "Not yet labelled.", source="wire/10")
    documents = [document(PEOPLE, people), document(PLAIN, plain, [claim]), document(NOBODY, [])]
    cases.append({"what": "JSON: a skipped annotation, ids of drafts and predictions, a task that nobody annotated", "path": made.export(project, folder, "plain", "JSON"), "documents": documents})
    more = {"expand": ["predictions", "drafts", "annotations.completed_by"]}
    cases.append({"what": "JSON with predictions, drafts and people written out", "path": made.export(project, folder, "expanded", "JSON", **more), "documents": documents})

    project = made.new()
    first = made.task(project, PEOPLE)
    made.annotation(first, made.ana, regions(PEOPLE, people))
    made.annotation(made.task(project, NOBODY), made.ana, [])
    made.task(project, "Not yet labelled.")
    cases.append({"what": "JSON_MIN", "path": made.export(project, folder, "min", "JSON_MIN"), "documents": [document(PEOPLE, people), document(NOBODY, [])]})

    project = made.new()
    first = made.task(project, PLAIN)
    made.annotation(first, made.ana, regions(PLAIN, plain[:1]))
    made.annotation(first, made.ben, regions(PLAIN, plain[1:]))
    name = made.export(project, folder, "two", "JSON")
    for user, mentions in ((made.ana, plain[:1]), (made.ben, plain[1:])):
        # The plain export has nothing but the number of a person.
        cases.append({"what": f"two annotators, number {user.id} chosen", "path": name, "flags": ("--annotator", str(user.id)), "documents": [document(PLAIN, mentions)]})

    print(json.dumps({"cases": cases}))


if __name__ == "__main__":
    main()
