// Direct speech as claims: “We will stay,” said Ana Kos. Shows the protocol by hand, in Node.js without packages.
//
// Offsets are "utf16", because that is what JavaScript's strings count. It does not announce "cancel": while it works it does not read.

import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";

const NAME = String.raw`(?:\p{Lu}[\p{L}'’-]*(?:\s+(?:de|van|von|al)\s+|\s+)){0,3}\p{Lu}[\p{L}’-]+`;
const SPEAKER = String.raw`(?:[Ss]he|[Hh]e|[Tt]hey|${NAME})`;
const CUE = "said|says|told|asked|added|wrote|warned|replied|insisted|announced|explained";
const QUOTED = String.raw`(?:“(?<curly>[^“”"\n]+)”|"(?<straight>[^“”"\n]+)")`;
// “...,” said NAME    “...,” NAME said    NAME said: “...”
const AFTER = new RegExp(String.raw`${QUOTED}\s+(?:(?<cue1>${CUE})\s+(?<who1>${SPEAKER})|(?<who2>${SPEAKER})\s+(?<cue2>${CUE}))(?!\p{L})`, "dgu");
const BEFORE = new RegExp(String.raw`(?<!\p{L})(?<who1>${SPEAKER})\s+(?<cue1>${CUE})[,:]?\s+${QUOTED}`, "dgu");

/** Without the commas and stops at its edges; [start, end]. */
function trimmed(text, [start, end]) {
  while (start < end && /[\s,.;:]/u.test(text[end - 1])) end--;
  while (start < end && /\s/u.test(text[start])) start++;
  return [start, end];
}

function claims(text) {
  const found = [];
  for (const pattern of [AFTER, BEFORE]) {
    for (const match of text.matchAll(pattern)) {
      const named = match.indices.groups;
      const content = trimmed(text, named.curly ?? named.straight);
      const cue = named.cue1 ?? named.cue2;
      const taken = found.some((claim) => claim.content[0][0] < content[1] && content[0] < claim.content[0][1]);
      if (content[0] === content[1] || taken) continue;
      found.push({ content: [content], source: [named.who1 ?? named.who2], cue: [cue] });
    }
  }
  return found;
}

function entry({ id, text }) {
  try {
    return { id, claims: claims(text) };
  } catch (error) {
    return { id, error: { code: "exception", message: String(error), retryable: false } };
  }
}

function say(message) {
  process.stdout.write(JSON.stringify(message) + "\n");
}

function hear(message) {
  if (message.t === "hello" && message.protocol?.includes(1)) {
    const code = readFileSync(new URL(import.meta.url));
    const fingerprint = createHash("sha256").update(code).update(process.version).digest("hex");
    say({ t: "ready", protocol: 1, name: "quotes-js", version: "1", tasks: ["claims"], fingerprint, offsets: "utf16", batch: 16, in_flight: 2 });
  } else if (message.t === "hello") {
    say({ t: "error", code: "protocol", message: "this extractor speaks protocol 1" });
    process.exitCode = 1;
    process.stdin.destroy();
  } else if (message.t === "extract") {
    say({ t: "result", id: message.id, docs: message.docs.map(entry) });
  } else if (message.t === "bye") {
    process.stdin.destroy();
  }
}

// What a package logs must not reach standard output.
console.log = console.info = console.debug = console.error;

// Nobody reads any more.
process.stdout.on("error", () => process.exit(0));

// Lines end with "\n" alone. From Node.js 24 on the module readline parts them also at U+2028 and U+2029, which may stand in JSON as they are. Bytes are
// gathered until a line is whole, so that no character is cut in two.
let parts = [];
process.stdin.on("data", (chunk) => {
  let from = 0;
  for (let at = chunk.indexOf(10); at >= 0; at = chunk.indexOf(10, from)) {
    parts.push(chunk.subarray(from, at));
    from = at + 1;
    const line = Buffer.concat(parts).toString("utf8");
    parts = [];
    if (line.trim()) hear(JSON.parse(line));
  }
  parts.push(chunk.subarray(from));
});
// At the end of standard input nothing is left to do, and Node.js exits.
