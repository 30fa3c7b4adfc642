"""Makes a Python function an extractor for goldspan. Python 3.8 or later, standard library only: copy this file beside your own.

    import re
    from goldspan_extractor import Mention, extractor

    @extractor(name="years", version="1", tasks=["entities"], labels=["DATE"])
    def find(document):
        for match in re.finditer(r"\\b(19|20)[0-9][0-9]\\b", document.text):
            yield Mention(match.start(), match.end(), "DATE")

    if __name__ == "__main__":
        find.serve()

`document` has `id`, `text`, `meta` (a dictionary of strings) and `tasks` (what is asked for). Yield or return mentions, claims, or
dictionaries of the same keys as in goldspan JSON Lines. `python3 years.py article.txt` shows what it finds; docs/extractors.md has the rest.
"""

import argparse
import glob
import hashlib
import json
import operator
import os
import platform
import queue
import sys
import threading
import traceback

__all__ = ["Claim", "Document", "Extractor", "Mention", "Refused", "batch_extractor", "extractor", "hash_files", "log"]
__version__ = "1"

PROTOCOL = 1
TASKS = ("entities", "claims")
OFFSETS = ("codepoint", "utf16", "byte", "grapheme", "none")
ATTRIBUTES = {"polarity": ("affirmed", "denied"), "certainty": ("certain", "hedged")}
LONGEST_LINE = 64 * 1024 * 1024
LONGEST_MESSAGE = 2000
PATIENCE = 2.0  # seconds after bye, twice


class Refused(Exception):
    """Raise it (or, in a batch, return it in the place of a result) where a document cannot be worked on; in a setup hook, where the extractor cannot start."""

    def __init__(self, code, message, retryable=False):
        super().__init__(code, message)
        self.code, self.message, self.retryable = str(code), str(message), bool(retryable)

    def __str__(self):
        return "%s: %s" % (self.code, self.message)


class _BadOutput(Exception):
    """What the author's function gave is no annotation of the document."""


class _Cancelled(BaseException):
    """The request in work was given up by the host."""


class _Gone(BaseException):
    """Nobody reads any more."""


class Document:
    """One article."""

    def __init__(self, id, text, meta=None, tasks=TASKS):
        self.id, self.text, self.meta, self.tasks = id, text, dict(meta or {}), tuple(tasks)
        self._size = None

    def _length(self, unit):
        """The length of the text in what offsets count; None where that is not known here."""
        if self._size is None:
            sizes = {"codepoint": len, "byte": lambda text: len(text.encode("utf-8")), "utf16": lambda text: len(text.encode("utf-16-le")) // 2}
            self._size = sizes.get(unit, lambda _: None)(self.text)
        return self._size


class Mention:
    """One entity: `Mention(0, 7, "PERSON")`, or `Mention(spans=[(0, 3), (9, 12)], label="ORG")` in several pieces. `text`, where given, is compared with the article."""

    def __init__(self, start=None, end=None, label=None, *, spans=None, text=None):
        self.start, self.end, self.label, self.spans, self.text = start, end, label, spans, text

    def as_dict(self):
        return vars(self)


class Claim:
    """One claim. Content, source and cue are a pair `(start, end)` or a list of pairs; a content may also be words of its own, a string.

    `attributes` may have polarity (affirmed, denied), certainty (certain, hedged) and type; `parent` is the number of the claim, among those of this document, in whose content this one lies.
    """

    def __init__(self, content, source=None, cue=None, *, attributes=None, parent=None):
        self.content, self.source, self.cue, self.attributes, self.parent = content, source, cue, attributes, parent

    def as_dict(self):
        return vars(self)


def extractor(**about):
    """Makes a function of one document an extractor. For the keywords see `Extractor`."""
    return lambda function: Extractor(function, False, **about)


def batch_extractor(**about):
    """Makes a function of a list of documents an extractor: it returns or yields one result for each document, in order. For the keywords see `Extractor`."""
    about.setdefault("batch", 16)
    return lambda function: Extractor(function, True, **about)


class Extractor:
    """A function with what goldspan must know about it.

    name, version  in reports; a new version means that the answers may be other ones
    tasks          "entities", "claims", or both
    labels         all labels that it can give; None: any
    params         the parameters it takes, with their defaults; values are strings. Others are refused at the start
    inputs         files, folders and patterns, from the script's folder on, that the answers depend on: they become part of the fingerprint
    fingerprint    a string in the place of the one that is made of code, versions and inputs; False: none, so that nothing is cached
    offsets        what the numbers count: "codepoint" is what Python counts. "none": annotations are quotations, and goldspan finds them
    batch          most documents in one request
    in_flight      how many requests may wait here at once
    deterministic  False where the same document may get another answer
    """

    def __init__(self, function, batched, *, name, version, tasks, labels=None, params=None, inputs=(), fingerprint=None, offsets="codepoint", batch=1, in_flight=2, deterministic=True):
        if isinstance(tasks, str) or not tasks or not set(tasks) <= set(TASKS):
            raise ValueError("tasks: a list of %s" % " and ".join(TASKS))
        if isinstance(labels, str) or isinstance(inputs, str):
            raise ValueError("labels and inputs are lists of strings")
        if offsets not in OFFSETS:
            raise ValueError("offsets: one of %s" % ", ".join(OFFSETS))
        self.function, self.batched, self.offsets = function, batched, offsets
        self.name, self.version, self.tasks = str(name), str(version), list(tasks)
        self.labels = None if labels is None else [str(label) for label in labels]
        self.defaults = {key: str(value) for key, value in (params or {}).items()}
        self.inputs, self.fingerprint = list(inputs), fingerprint
        self.batch, self.in_flight, self.deterministic = int(batch), int(in_flight), bool(deterministic)
        self.params, self.seed = dict(self.defaults), 0
        self._hook, self._session, self._ready = None, None, None
        self.__doc__ = function.__doc__

    def __call__(self, *arguments):
        return self.function(*arguments)

    def setup(self, hook):
        """Decorates the function that is called once with the parameters, before any document: load the model there.

        It may return a dictionary of what is known only then: version, labels, tasks, batch, inputs (added to those of the decorator), fingerprint (made part of the one of code and inputs).
        """
        self._hook = hook
        return hook

    def cancelled(self):
        """Whether the host has given up the request in work: a long computation may ask, and return early."""
        return self._session is not None and self._session.cancel

    def on(self, text, meta=None, tasks=None):
        """What is found in a text, checked, as a dictionary of entities and claims: for tests of your own. Errors are raised."""
        if self._ready is None:
            self._start({}, 0)
        document = Document("text", text, meta, tasks or self.tasks)
        result = self.function([document]) if self.batched else self.function(document)
        if self.batched:
            results = list(result)
            if len(results) != 1:
                raise ValueError("%d results for 1 document" % len(results))
            result = results[0]
        try:
            return self._checked(document, result)
        except _BadOutput as problem:
            raise ValueError(str(problem)) from None

    def serve(self, arguments=None):
        """Talks to goldspan until there is no more to do; shows what is found where a person names files. `serve([])` leaves the arguments of the command to you."""
        arguments = sys.argv[1:] if arguments is None else arguments
        if arguments:
            sys.exit(_by_hand(self, arguments))
        if _wire is None and os.isatty(0):
            print(_how_to(self), file=sys.stderr)
            sys.exit(2)
        sys.exit(_Session(self, _wire or _Wire()).run())

    # The start.

    def _start(self, params, seed):
        unknown = sorted(set(params) - set(self.defaults))
        if unknown:
            known = ", ".join(sorted(self.defaults)) or "none"
            raise Refused("bad_param", "no parameter is called %s; known are: %s" % (", ".join(unknown), known))
        self.params, self.seed = {**self.defaults, **params}, seed
        said = (self._hook(self.params) if self._hook else None) or {}
        unknown = sorted(set(said) - {"version", "labels", "tasks", "batch", "inputs", "fingerprint"})
        if unknown:
            raise Refused("bad_setup", "the setup hook returned what nobody knows: %s" % ", ".join(unknown))
        self.version = str(said.get("version", self.version))
        self.labels = [str(label) for label in said["labels"]] if "labels" in said else self.labels
        self.tasks = list(said.get("tasks", self.tasks))
        self.batch = int(said.get("batch", self.batch))
        ready = {"t": "ready", "protocol": PROTOCOL, "name": self.name, "version": self.version, "tasks": self.tasks}
        if self.labels is not None:
            ready["labels"] = self.labels
        if self.fingerprint is None:
            ready["fingerprint"] = self._own_fingerprint(list(said.get("inputs", [])), str(said.get("fingerprint", "")))
        elif self.fingerprint is not False:
            ready["fingerprint"] = str(self.fingerprint)
        ready.update(offsets=self.offsets, batch=self.batch, in_flight=self.in_flight, deterministic=self.deterministic, features=["cancel"])
        self._ready = ready
        return ready

    def _own_fingerprint(self, inputs, said):
        """Of everything that the answers are known to depend on: the code beside the script, versions of Python and of what is imported, inputs, and what the setup hook says."""
        script = getattr(sys.modules.get("__main__"), "__file__", None) or self.function.__code__.co_filename
        folder = os.path.dirname(os.path.abspath(script))
        code, versions = {os.path.abspath(script), os.path.abspath(self.function.__code__.co_filename), os.path.abspath(__file__)}, []
        for name, module in sorted(sys.modules.copy().items()):
            # Not by getattr: some modules import others when they are asked.
            known = getattr(module, "__dict__", {})
            if "." not in name and isinstance(known.get("__version__"), str):
                versions.append("%s %s" % (name, known["__version__"]))
            path = os.path.abspath(known["__file__"]) if isinstance(known.get("__file__"), str) else ""
            if path.startswith(folder + os.sep) and "site-packages" not in path:
                code.add(path)
        digest = hashlib.sha256()
        for part in [self.name, self.version, platform.python_version(), *versions, said]:
            digest.update(b"%d " % len(part.encode("utf-8", "replace")) + part.encode("utf-8", "replace"))
        # Names of folders do not count: the same files elsewhere give the same answers.
        for path in sorted((path for path in code if os.path.isfile(path)), key=lambda path: (os.path.basename(path), path)):
            digest.update(hash_files([path]).encode())
        digest.update(hash_files(self.inputs + inputs, folder).encode())
        return "sha256:" + digest.hexdigest()

    # The work.

    def _entries(self, documents):
        """One answer for each document, whatever happens."""
        if not self.batched:
            entries = []
            for document in documents:
                self._stop_if_cancelled()
                entries.append(self._entry(document, lambda: self.function(document)))
            return entries
        entries = []
        try:
            for result in self.function(list(documents)):
                self._stop_if_cancelled()
                if len(entries) < len(documents):
                    entries.append(self._entry(documents[len(entries)], lambda: result))
                else:
                    entries.append(None)
        except (Exception, SystemExit) as error:
            if len(documents) == 1:
                return [self._failed(documents[0], error)]
            # Who is guilty cannot be told: those without an answer are asked for alone.
            _complain(traceback.format_exc() + "a batch of %d failed: its documents are worked on one at a time\n" % len(documents))
            for document in documents[len(entries):]:
                self._stop_if_cancelled()
                entries += self._entries([document])
        if len(entries) != len(documents):
            message = "the batch function gave %d results for %d documents" % (len(entries), len(documents))
            _complain("bad_output: " + message + "\n")
            entries = [{"error": _error("bad_output", message)} for _ in documents]
        return entries

    def _entry(self, document, produce):
        try:
            return self._checked(document, produce())
        except (Exception, SystemExit) as error:
            return self._failed(document, error)

    def _failed(self, document, error):
        if isinstance(error, Refused):
            return {"error": _error(error.code, error.message, error.retryable)}
        if isinstance(error, _BadOutput):
            _complain("document %s: bad_output: %s\n" % (document.id, error))
            return {"error": _error("bad_output", str(error))}
        _complain("document %s:\n%s" % (document.id, traceback.format_exc()))
        return {"error": _error("exception", "%s: %s" % (type(error).__name__, error))}

    def _stop_if_cancelled(self):
        if self.cancelled():
            raise _Cancelled()

    def _checked(self, document, result):
        """The entry of a document from whatever the author's function gave."""
        if isinstance(result, Refused):
            raise result
        if isinstance(result, (Mention, Claim)):
            result = [result]
        if isinstance(result, dict) and "label" not in result and "content" not in result:
            unknown = sorted(str(key) for key in set(result) - {"id", "entities", "claims"})
            if unknown:
                raise _BadOutput("a result has no key %s, only entities and claims" % ", ".join(unknown))
            result = [*(result.get("entities") or []), *(result.get("claims") or [])]
        elif isinstance(result, dict):
            result = [result]
        if isinstance(result, (str, bytes)) or not hasattr(result if result is not None else (), "__iter__"):
            raise _BadOutput("expected mentions and claims, found %s" % _shown(result))
        entities, claims = [], []
        for item in result if result is not None else ():
            self._stop_if_cancelled()
            values = item.as_dict() if isinstance(item, (Mention, Claim)) else item
            if isinstance(values, dict) and "content" in values:
                claims.append(self._claim(document, values, "claim %d" % len(claims)))
            elif isinstance(values, dict) and "label" in values:
                entities.append(self._mention(document, values, "mention %d" % len(entities)))
            else:
                raise _BadOutput("expected a Mention, a Claim, or a dictionary with label or content, found %s" % _shown(item))
        for number, claim in enumerate(claims):
            if not 0 <= claim.get("parent", 0) < len(claims) or claim.get("parent") == number:
                raise _BadOutput("claim %d: there is no parent %d" % (number, claim["parent"]))
        for task, found in zip(TASKS, (entities, claims)):
            if found and task not in self.tasks:
                raise _BadOutput("found %s, but tasks says only %s" % (task, ", ".join(self.tasks)))
        asked = [task for task in self.tasks if task in document.tasks]
        return {task: found for task, found in zip(TASKS, (entities, claims)) if task in asked}

    def _mention(self, document, values, where):
        label, text = values["label"], values.get("text")
        if not isinstance(label, str) or label in ("", "*"):
            raise _BadOutput("%s: no label can be %s" % (where, _shown(label)))
        if self.labels is not None and label not in self.labels:
            raise _BadOutput("%s: label %s is none of those announced: %s" % (where, _shown(label), ", ".join(self.labels)))
        if text is not None and not isinstance(text, str):
            raise _BadOutput("%s: text is %s, not a string" % (where, _shown(text)))
        _encodable(where, label, text or "")
        if self.offsets == "none":
            if not text:
                raise _BadOutput("%s: offsets are \"none\", so it needs a text" % where)
            return {"text": text, "label": label}
        spans, start, end = values.get("spans"), values.get("start"), values.get("end")
        if (spans is None) == (start is None and end is None):
            raise _BadOutput("%s: expected start and end, or spans" % where)
        pairs = self._pairs(document, spans if spans is not None else (start, end), where)
        made = {"start": pairs[0][0], "end": pairs[0][1]} if len(pairs) == 1 else {"spans": pairs}
        made["label"] = label
        if text is not None:
            found = " ".join(_cut(document.text, self.offsets, *pair) for pair in pairs)
            if self.offsets != "grapheme" and text != found:
                raise _BadOutput("%s: the text at %s is %s, not %s" % (where, pairs, _shown(found), _shown(text)))
            made["text"] = text
        return made

    def _claim(self, document, values, where):
        made = {}
        for role in ("content", "source", "cue"):
            value = values.get(role)
            if value is None or (role != "content" and not value):
                continue
            if isinstance(value, str) and (role == "content" or self.offsets == "none"):
                if not value.strip():
                    raise _BadOutput("%s: the %s is empty" % (where, role))
                _encodable(where, value)
                made[role] = value
            elif self.offsets == "none":
                raise _BadOutput("%s: offsets are \"none\", so its %s must be a string, not %s" % (where, role, _shown(value)))
            else:
                made[role] = self._pairs(document, value, "%s, %s" % (where, role))
        if "content" not in made:
            raise _BadOutput("%s: it has no content" % where)
        attributes = values.get("attributes") or {}
        if not isinstance(attributes, dict):
            raise _BadOutput("%s: attributes are %s, not a dictionary" % (where, _shown(attributes)))
        for name, value in attributes.items():
            if not isinstance(name, str) or not isinstance(value, str) or not value or value not in ATTRIBUTES.get(name, (value,)):
                expected = " or ".join(ATTRIBUTES.get(name, ("a string",)))
                raise _BadOutput("%s: attribute %s is %s, expected %s" % (where, name, _shown(value), expected))
            _encodable(where, name, value)
        if attributes:
            made["attributes"] = dict(attributes)
        if values.get("parent") is not None:
            made["parent"] = _index(values["parent"], where)
        return made

    def _pairs(self, document, value, where):
        """A list of [start, end] from one pair or several."""
        try:
            pairs = list(value)
        except TypeError:
            raise _BadOutput("%s: %s is no place" % (where, _shown(value))) from None
        if len(pairs) == 2 and not any(hasattr(pair, "__iter__") for pair in pairs):
            pairs = [pairs]
        checked, length = [], document._length(self.offsets)
        for pair in pairs:
            if isinstance(pair, str) or not hasattr(pair, "__iter__") or len(tuple(pair)) != 2:
                raise _BadOutput("%s: %s is no pair of start and end" % (where, _shown(pair)))
            start, end = (_index(number, where) for number in pair)
            if not 0 <= start < end:
                raise _BadOutput("%s: start %d and end %d hold no text" % (where, start, end))
            if length is not None and end > length:
                raise _BadOutput("%s: it ends at %d, and the text has %d (offsets: %s)" % (where, end, length, self.offsets))
            checked.append([start, end])
        checked.sort()
        if not checked or any(one[1] > next_one[0] for one, next_one in zip(checked, checked[1:])):
            raise _BadOutput("%s: pieces are missing or overlap: %s" % (where, _shown(checked)))
        return checked


def hash_files(paths, folder="."):
    """The SHA-256 of files by name and content. A path may be a file, a folder (all in it) or a pattern with `*` and `**`; one that leads to nothing is an error."""
    digest = hashlib.sha256()
    for path in paths:
        full = os.path.join(folder, os.fspath(path))
        found = [full] if os.path.exists(full) else glob.glob(full, recursive=True)
        if not found:
            raise Refused("missing_input", "there is no file %s" % path)
        files = set()
        for place in found:
            files.update(os.path.join(up, name) for up, _, names in os.walk(place) for name in names)
            if os.path.isfile(place):
                files.add(place)
        base = full if os.path.isdir(full) else os.path.dirname(full)
        for file in sorted(file for file in files if "__pycache__" not in file):
            name = os.path.relpath(file, base) if os.path.isdir(full) else os.path.basename(file)
            digest.update(name.replace(os.sep, "/").encode("utf-8", "surrogateescape") + b"\0")
            digest.update(b"%d\0" % os.path.getsize(file))
            with open(file, "rb") as stream:
                for block in iter(lambda: stream.read(1 << 20), b""):
                    digest.update(block)
    return digest.hexdigest()


def log(message, level="info"):
    """Tells goldspan something: level is info, warn or error. Outside a session it is written on standard error."""
    if _current is None:
        _complain("%s: %s\n" % (level, message))
    else:
        _current.send({"t": "log", "level": level, "message": str(message)[:LONGEST_MESSAGE]})


# The session.

_wire = None
_current = None


class _Wire:
    """Private copies of standard input and output. In the place of the one is nothing, of the other standard error: what a library prints, or a child process reads, cannot break the protocol."""

    def __init__(self):
        self.incoming, self.outgoing = os.dup(0), os.dup(1)
        self.lock = threading.Lock()
        nothing = os.open(os.devnull, os.O_RDWR)
        os.dup2(nothing, 0)
        try:
            os.dup2(2, 1)
        except OSError:
            os.dup2(nothing, 1)
        os.close(nothing)
        sys.stdout.flush()
        sys.stdout = sys.stderr

    def lines(self):
        """Lines without their "\\n", which alone ends one."""
        parts = []
        while True:
            chunk = os.read(self.incoming, 1 << 16)
            if not chunk:
                break
            *whole, rest = chunk.split(b"\n")
            for piece in whole:
                yield b"".join([*parts, piece])
                parts = []
            parts.append(rest)
        if any(parts):
            yield b"".join(parts)

    def send(self, message):
        # A lone surrogate is no UTF-8, and no message is worth a broken line.
        line = json.dumps(message, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "replace") + b"\n"
        if len(line) > LONGEST_LINE and "id" in message:
            return self.send({"t": "error", "id": message["id"], **_error("too_long", "an answer of %d bytes; a line may have %d" % (len(line), LONGEST_LINE))})
        with self.lock:
            view = memoryview(line)
            try:
                while view:
                    view = view[os.write(self.outgoing, view):]
            except OSError:
                raise _Gone() from None


class _Session:
    """A conversation with the host. A thread of its own reads, so that a request can be cancelled while another is in work."""

    def __init__(self, extractor, wire):
        self.extractor, self.wire = extractor, wire
        self.lock, self.queue = threading.Lock(), queue.Queue()
        self.waiting, self.working = {}, None
        self.cancel, self.closing, self.code = False, False, 0
        self.done = threading.Event()

    def run(self):
        """The exit code."""
        global _current
        _current = self.extractor._session = self
        try:
            lines = self.wire.lines()
            if not self._hello(lines):
                return self.code
            threading.Thread(target=self._listen, args=(lines,), daemon=True).start()
            for request in iter(self.queue.get, None):
                self._answer(request)
            return self.code
        except _Gone:
            return 0
        except KeyboardInterrupt:
            return 130
        finally:
            self.done.set()
            _current = self.extractor._session = None

    def send(self, message):
        self.wire.send(message)

    def _refuse(self, code, message):
        self.code = 1
        self.send({"t": "error", **_error(code, message)})
        return False

    def _hello(self, lines):
        line = next((line for line in lines if line.strip()), None)
        if line is None:
            return False
        hello = _read(line)
        if hello is None or hello.get("t") != "hello":
            return self._refuse("protocol", "expected a line with \"t\":\"hello\" first")
        if PROTOCOL not in hello.get("protocol", []):
            return self._refuse("protocol", "this extractor speaks protocol %d, not %s" % (PROTOCOL, _shown(hello.get("protocol"))))
        try:
            ready = self.extractor._start(hello.get("params") or {}, hello.get("seed", 0))
        except Refused as refused:
            return self._refuse(refused.code, refused.message)
        except (Exception, SystemExit) as error:
            _complain(traceback.format_exc())
            return self._refuse("exception", "%s: %s" % (type(error).__name__, error))
        self.send(ready)
        return True

    def _listen(self, lines):
        try:
            for line in lines:
                if line.strip() and not self._hear(_read(line)):
                    break
        except (_Gone, OSError):
            pass
        finally:
            self.queue.put(None)

    def _hear(self, message):
        """Whether to listen on."""
        kind = (message or {}).get("t")
        if kind == "extract" and _is_request(message):
            with self.lock:
                self.waiting[message["id"]] = message
            self.queue.put(message)
        elif kind == "cancel":
            with self.lock:
                dropped = self.waiting.pop(message.get("id"), None)
                self.cancel = self.cancel or (self.working is not None and self.working == message.get("id"))
            if dropped is not None:
                self.send({"t": "error", "id": dropped["id"], **_error("cancelled", "not begun")})
        elif kind == "bye":
            self._farewell()
            return False
        elif message is None or kind == "extract":
            self._refuse("protocol", "a line that is no JSON object" if message is None else "a request without id, or without docs of id and text")
            return False
        else:
            _complain("a message of unknown kind was passed over: %s\n" % _shown(kind))
        return True

    def _farewell(self):
        """What was asked before is still answered, unless it takes long: the host waits a few seconds (`grace`)."""
        self.queue.put(None)
        if not self.done.wait(PATIENCE):
            with self.lock:
                self.waiting.clear()
                self.closing = self.cancel = True
            if not self.done.wait(PATIENCE):
                os._exit(0)

    def _answer(self, request):
        with self.lock:
            if self.waiting.pop(request["id"], None) is None:
                return
            self.working, self.cancel = request["id"], self.closing
        asked = request.get("tasks", TASKS)
        documents = [Document(each["id"], each["text"], each.get("meta"), asked) for each in request["docs"]]
        try:
            entries = self.extractor._entries(documents)
            answer = {"t": "result", "id": request["id"], "docs": [{"id": document.id, **entry} for document, entry in zip(documents, entries)]}
        except _Cancelled:
            answer = {"t": "error", "id": request["id"], **_error("cancelled", "given up in the midst of the work")}
        with self.lock:
            self.working, self.cancel = None, self.closing
        if not self.closing:
            self.send(answer)


# Helpers.


def _read(line):
    try:
        message = json.loads(line.decode("utf-8"))
    except ValueError:
        return None
    return message if isinstance(message, dict) else None


def _is_request(message):
    documents = message.get("docs")
    strings = isinstance(documents, list) and all(isinstance(each, dict) and isinstance(each.get(key), str) for each in documents for key in ("id", "text"))
    return strings and isinstance(message.get("id"), int)


def _error(code, message, retryable=False):
    return {"code": code, "message": message[:LONGEST_MESSAGE], "retryable": retryable}


def _complain(words):
    try:
        sys.stderr.write(words)
        sys.stderr.flush()
    except (OSError, ValueError, AttributeError):
        pass


def _shown(value):
    shown = repr(value)
    return shown if len(shown) <= 80 else shown[:77] + "..."


def _index(value, where):
    try:
        if isinstance(value, bool):
            raise TypeError
        return operator.index(value)
    except TypeError:
        raise _BadOutput("%s: %s is no whole number" % (where, _shown(value))) from None


def _encodable(where, *texts):
    for text in texts:
        try:
            text.encode("utf-8")
        except UnicodeEncodeError:
            raise _BadOutput("%s: %s holds half a character (a lone surrogate)" % (where, _shown(text))) from None


def _cut(text, unit, start, end):
    if unit == "utf16":
        return text.encode("utf-16-le")[2 * start : 2 * end].decode("utf-16-le", "replace")
    if unit == "byte":
        return text.encode("utf-8")[start:end].decode("utf-8", "replace")
    return text[start:end] if unit == "codepoint" else ""


# By hand.

DEMO = "Ana Kos \N{GRINNING FACE} said on Monday, 3 March 2025, that the \u20ac4.2 million deal was \u201cas good as dead\u201d. \u201cWe will stay,\u201d she told reporters in Z\u00fcrich."


def _how_to(extractor):
    script = os.path.relpath(sys.argv[0]) if sys.argv and sys.argv[0] else "extractor.py"
    labels = "" if extractor.labels is None else "; labels: " + ", ".join(extractor.labels)
    return """{name} {version}: an extractor for goldspan (tasks: {tasks}{labels}).
It talks to goldspan in JSON Lines on standard input and output. To try it:
  python3 {script} ARTICLE.txt    what it finds in a file (more than one may be named)
  python3 {script} --demo         what it finds in two sentences of its own
  goldspan extractor test -- python3 {script}
In goldspan.toml:
  [extractor.{name}]
  command = ["python3", "{script}"]""".format(name=extractor.name, version=extractor.version, tasks=", ".join(extractor.tasks), labels=labels, script=script)


def _by_hand(extractor, arguments):
    parser = argparse.ArgumentParser(usage=argparse.SUPPRESS, add_help=False)
    parser.add_argument("files", nargs="*")
    parser.add_argument("--demo", action="store_true")
    parser.add_argument("--param", action="append", default=[])
    parser.add_argument("-h", "--help", action="store_true")
    options = parser.parse_args(arguments)
    if options.help or not (options.files or options.demo):
        print(_how_to(extractor), file=sys.stderr)
        return 0 if options.help else 2
    failed = 0
    try:
        extractor._start(dict(param.partition("=")[::2] for param in options.param), 0)
        for name in (["--demo"] if options.demo else []) + options.files:
            text = DEMO
            if name != "--demo":
                with open(name, "rb") as stream:
                    text = stream.read().decode("utf-8")
            [entry] = extractor._entries([Document(name, text, {}, extractor.tasks)])
            failed += "error" in entry
            _show(name, text, extractor.offsets, entry)
        sys.stdout.flush()
    except BrokenPipeError:
        # Whoever read has seen enough.
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
        return 0
    except (Refused, OSError, UnicodeDecodeError) as error:
        print("error: %s" % error, file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130
    return 1 if failed else 0


def _show(name, text, unit, entry):
    def words(value):
        if isinstance(value, str):
            return json.dumps(value, ensure_ascii=False)
        return json.dumps(" ... ".join(_cut(text, unit, *pair) for pair in value), ensure_ascii=False)

    def place(pairs):
        return ";".join("%d-%d" % tuple(pair) for pair in pairs)

    rows = []
    for mention in entry.get("entities", []):
        pairs = mention.get("spans") or ([[mention["start"], mention["end"]]] if "start" in mention else [])
        rows.append((pairs, "  %-11s %-10s %s" % (place(pairs), mention["label"], words(pairs or mention["text"]))))
    for claim in entry.get("claims", []):
        pairs = claim["content"] if isinstance(claim["content"], list) else []
        parts = ["%s %s" % (role, words(claim[role])) for role in ("source", "cue") if role in claim]
        parts += ["%s %s" % pair for pair in claim.get("attributes", {}).items()]
        rows.append((pairs, "  %-11s %-10s %s" % (place(pairs), "claim", "; ".join([words(claim["content"]), *parts]))))
    print("%s: %d characters, %d found" % (name, len(text), len(rows)))
    for _, row in sorted(rows, key=lambda row: row[0]):
        print(row.encode("utf-8", "replace").decode("utf-8"))
    if "error" in entry:
        print("  error %(code)s: %(message)s" % entry["error"])


# A host has started this process: what is printed while modules load must not reach it. A program that only imports this file keeps its standard output.
if "GOLDSPAN_WORKER" in os.environ and "GOLDSPAN_DOCUMENT" not in os.environ:
    _wire = _Wire()
