"""Pairs of strings composed from word lists, and the chrF2 that sacreBLEU gives a single sentence with its defaults.

Standard library and sacreBLEU 2.6.0; seeded.
"""
import json
import random
import sys

from sacrebleu.metrics import CHRF

rng = random.Random(20261125)
chrf = CHRF()

LATIN = "the minister said that taxes will rise next year because prices of bread and milk have doubled".split()
ACCENTED = "café naïve façade Zürich Ærø señor über déjà œuvre smörgåsbord crème İstanbul ﬁnd straße".split()
DECOMPOSED = ["cafe\u0301", "nai\u0308ve", "Zu\u0308rich", "sen\u0303or", "a\u030angstro\u0308m", "e\u0301te\u0301", "q\u0323\u0307"]
CYRILLIC = "министр сказал что цены на хлеб и молоко выросли вдвое за прошлый год".split()
CJK = ["部長", "說", "明年", "稅收", "会", "上涨", "東京", "パン", "の", "値段", "서울", "시장", "。", "、"]
EMOJI = ["🙂", "🇩🇪", "👩\u200d🔬", "👍🏽", "❤\ufe0f", "🏳\ufe0f\u200d🌈", "1\ufe0f\u20e3"]
PUNCTUATION = [",", ".", "—", "“quoted”", "'tis", "(aside)", "…", "50%", "$3.20", "well-known", "#tag", "a/b", "¿qué?", "«mot»"]
GROUPS = (LATIN, ACCENTED, DECOMPOSED, CYRILLIC, CJK, EMOJI, PUNCTUATION)
# Everything that str.split() takes for white space, and three characters that look like it but are not.
SPACES = [" ", "  ", "\t", "\n", "\r\n", "\u00a0", "\u2003", "\u2009", "\u202f", "\u3000", "\u2028", "\u0085", "\u000b", "\u001c", "\u001f", "\u1680"]
NOT_SPACES = ["\u200b", "\u2060", "\ufeff"]

pairs = []


def add(hypothesis, reference):
    pairs.append((hypothesis, reference))


def phrase(words, least=3, most=9):
    return [rng.choice(words) for _ in range(rng.randint(least, most))]


def mixed():
    return [rng.choice(rng.choice(GROUPS)) for _ in range(rng.randint(3, 9))]


def edited(words, among):
    """The same words with some dropped, replaced, doubled or swapped with their neighbour."""
    out = []
    for word in words:
        chance = rng.random()
        if chance < 0.15:
            continue
        out.append(rng.choice(among) if chance < 0.35 else word)
        if chance > 0.93:
            out.append(word)
        if chance > 0.85 and len(out) > 1:
            out[-1], out[-2] = out[-2], out[-1]
    return out


for words in GROUPS:
    for _ in range(3):
        text = " ".join(phrase(words))
        add(text, text)
        shuffled = text.split(" ")
        rng.shuffle(shuffled)
        add(" ".join(shuffled), text)
    for _ in range(6):
        source = phrase(words)
        add(" ".join(edited(source, words)), " ".join(source))
    text = " ".join(phrase(words, 5, 9))
    cut = sorted(rng.sample(range(len(text) + 1), 2))
    add(text[cut[0] : cut[1]], text)
    add(text, text[cut[0] : cut[1]])
    add(text.upper(), text)
    add(text, text.lower())
for _ in range(20):
    source = mixed()
    add(" ".join(edited(source, rng.choice(GROUPS))), " ".join(source))
for one, other in ((LATIN, CYRILLIC), (CJK, LATIN), (EMOJI, CJK), (CYRILLIC, EMOJI)):
    add(" ".join(phrase(one)), " ".join(phrase(other)))
add("café naïve Zürich", "cafe\u0301 nai\u0308ve Zu\u0308rich")  # composed against decomposed
add("ﬁnd straße", "find strasse")
for space in SPACES + NOT_SPACES:
    words = phrase(LATIN, 2, 5)
    add(space.join(words), " ".join(words))
for _ in range(8):
    words = mixed()
    runs = lambda: "".join(rng.choice(SPACES) for _ in range(rng.randint(0, 3)))
    add(runs() + "".join(word + runs() for word in words), " ".join(edited(words, LATIN)))
for hypothesis, reference in (
    ("", ""), ("", "a"), ("a", ""), ("", "minister"), ("minister", ""), (" ", " "), (" \t\n", "a b"), ("a b", "\u00a0"), ("\u200b", "\u200b"),
    ("a", "a"), ("a", "b"), ("A", "a"), ("a", "aa"), ("aa", "a"), ("a", "abcdefgh"), ("abcdefgh", "a"), ("h", "abcdefgh"),
    ("ab", "ab"), ("ab", "ba"), ("abc", "abc"), ("abc", "abd"), ("abcde", "abcde"), ("abcde", "abcdef"), ("abcdef", "abcde"), ("abcdef", "abcdef"),
    ("abcdefg", "abcdef"), ("a b c", "abc"), ("abc", "a b c"), ("aaaaaaaa", "aaaa"), ("aaaa", "aaaaaaaa"), ("abababab", "babababa"),
    ("é", "e\u0301"), ("🙂", "🙂"), ("🙂", "🙃"), ("👍", "👍🏽"), ("部", "部長"), ("да", "да"), ("...", "..."), ("?!", "!?"),
):
    add(hypothesis, reference)

out = [{"hypothesis": h, "reference": r, "score": chrf.sentence_score(h, [r]).score} for h, r in pairs]
json.dump(out, sys.stdout, indent=0)
