"""Mail: the author's text of each message is a document, wherever a mailbox is cut, and nothing else."""

import base64
import binascii
import email.message
import mailbox
import random
import tempfile
import time
from collections.abc import Iterator
from email.mime.multipart import MIMEMultipart
from email.mime.text import MIMEText
from pathlib import Path

import pytest
from corpora import COMPRESS, documents, texts, write
from hypothesis import given, settings
from hypothesis import strategies as st

from bertprep.core.errors import InputError
from bertprep.corpus import authored, boundaries, mail_parser, messages
from bertprep.corpus.detection import with_format
from bertprep.corpus.formats import mail
from bertprep.sentences.settings import SegmentSettings

HEAD = "From: A <a@example.org>\nSubject: Cats\nMessage-ID: <1@example.org>\n"
WRITTEN = {  # message -> text by its author, number of quoted lines, number of signature lines
    "Cats sleep.\nThey eat.\n": ("Cats sleep.\nThey eat.", 0, 0),
    "On Monday, B\nwrote:\n\n> Do they\n>> sleep?\n>\nThey do.\n> And eat?\nYes.": (
        "\nThey do.\n\nYes.".strip("\n"),
        6,
        0,
    ),
    "One.\n\nSee this: it is\nthe first\nof four lines\nabove:\n> Two.\n": (
        "One.\n\nSee this: it is\nthe first\nof four lines\nabove:",
        1,
        0,
    ),
    "One:\n\nB wrote:\n> Two.\n\n> Three.\n": ("One:", 3, 0),
    "Cats sleep.\n-- \nA\n\nMiller\n": ("Cats sleep.", 0, 3),
    "Cats sleep.\n--\nA, miller\n": ("Cats sleep.", 0, 2),
    "Cats.\n--\n" + "Dogs.\n" * 20: ("Cats.\n--\n" + "Dogs.\n" * 19 + "Dogs.", 0, 0),
    f"Cats sleep.\n{'_' * 47}\nCats mailing list\nhttps://example.org/cats\n": ("Cats sleep.", 0, 3),
    "Yes.\n\n-----Original Message-----\nFrom: B\nDo they sleep?\n": ("Yes.", 3, 0),
    f"Yes.\n\n{'_' * 32}\nVon: B\nGesendet: Montag\nBetreff: Cats\n\nDo they sleep?\n": ("Yes.", 5, 0),
    "是的。\n\n-----邮件原件-----\n发件人: B\n发送时间: 2020年\n主题: 猫\n\n睡吗？\n": ("是的。", 5, 0),
    "Cats.\n-------------- next part --------------\nA non-text attachment was scrubbed...\nName: a.pdf\nURL: x/a.pdf\n\n"
    "-------------- next part --------------\nDogs.\n": ("Cats.\n\n\n\nDogs.", 0, 5),
    "From: here to there.\nThey walked: all day.\n": ("From: here to there.\nThey walked: all day.", 0, 0),
    ">From now on they sleep.\n> Now?\n": ("From now on they sleep.", 1, 0),
    "-----BEGIN PGP SIGNED MESSAGE-----\nHash: SHA1\n\nCats.\n"
    "-----BEGIN PGP SIGNATURE-----\n\nabc=\n-----END PGP SIGNATURE-----\n": ("Cats.", 0, 0),
}


def test_quotes_and_signatures_go_and_are_counted() -> None:
    for content, expected in WRITTEN.items():
        for ends in ("\n", "\r\n"):
            assert authored.written(content.replace("\n", ends)) == (*expected, 0), content


PATCH = """\
diff --git a/mill.c b/mill.c
index 1a2b3c4..5d6e7f8 100644
--- a/mill.c
+++ b/mill.c
@@ -1,3 +1,3 @@ int main()
 turn();

--\x20
+turn(wind);
\\ No newline at end of file
@@ -9 +9,2 @@
 stop();
+return 0;
"""
DIFFSTAT = """\
 mill.c     | 4 +++-
 wind.h     | 2 --
 mill.png   | Bin 0 -> 12 bytes
 3 files changed, 3 insertions(+), 1 deletion(-)
 create mode 100644 mill.png
"""
RENAMED = "diff --git a/a.c b/b.c\nsimilarity index 100%\nrename from a.c\nrename to b.c\n"
UUENCODED = 'begin 644 cat.txt\nM0V%T<R!S;&5E<"X*0V%T<R!S;&5E<"X*0V%T<R!S;&5E<"X*0V%T<R!S;&5E\n#<"X*\n`\nend\n'
PASTED = {  # message -> text by its author, lines of pasted files
    f"The fix:\n\n{PATCH}\nIt works.\n": ("The fix:\n\n\nIt works.", 12),
    f"The fix.\n---\n{DIFFSTAT}\n{PATCH}-- \n2.30.1\n": ("The fix.", 18),
    f"Moved.\n{RENAMED}{RENAMED}{PATCH}Done.\n": ("Moved.\nDone.", 20),
    f"See:\n{PATCH.split(chr(10), 2)[2]}Done.\n": ("See:\nDone.", 10),
    f"{UUENCODED}Cats.\n{UUENCODED}": ("Cats.", 10),
    "@@ -1 +1 @@\nbegin 644 a\nCats sleep.\nend\n": ("@@ -1 +1 @@\nbegin 644 a\nCats sleep.\nend", 0),
    "begin 644 a\nend\n--- a\n+++ b\nCats. 1 file changed, 2\n": (
        "begin 644 a\nend\n--- a\n+++ b\nCats. 1 file changed, 2",
        0,
    ),
    " 1 file changed, 1 insertion(+)\nCats | dogs\n": (" 1 file changed, 1 insertion(+)\nCats | dogs", 0),
    "diff --git a/a b/a\nCats sleep.\n": ("diff --git a/a b/a\nCats sleep.", 0),
    f"--- a\n+++ b\n@@ -1,{'9' * 5000} +1 @@\n-cats\n": (f"--- a\n+++ b\n@@ -1,{'9' * 5000} +1 @@\n-cats", 0),
    "--- a\n+++ b\n@@ -1,9 +1,9 @@\n cats\nThe rest was cut off.\n": ("The rest was cut off.", 4),
}


def test_pasted_files_and_patches_are_removed_and_counted() -> None:
    for content, (text, lines) in PASTED.items():
        for ends in ("\n", "\r\n"):
            found = authored.written(content.replace("\n", ends))
            assert (found.text, found.attached) == (text, lines), content
            assert found.quoted == 0 and found.signed == 2 * ("2.30.1" in content)


def test_uuencoded_bytes_of_any_kind_are_removed() -> None:
    draw = random.Random(0)
    for size in (*range(1, 100), 1000):
        data = draw.randbytes(size)
        encoded = "".join(binascii.b2a_uu(data[at : at + 45]).decode() for at in range(0, size, 45))
        for last in ("`\n", " \n"):
            found = authored.written(f"Cats.\nbegin 755 {size} of them.bin\n{encoded}{last}end\nDogs.\n")
            assert found.text == "Cats.\nDogs.", data


def test_messages_forwarded_by_apple_mail_are_quoted() -> None:
    inner = "From: B <b@example.org>\nSubject: Cats\n\nThey sleep.\n"
    for begins in (
        "Begin forwarded message:",
        "Anfang der weitergeleiteten Nachricht:",
        "Début du message réexpédié :",
    ):
        for content in (f"\n{inner}", inner, "> " + inner.replace("\n", "\n> ")):
            found = authored.written(f"Yes.\n\n{begins}\n{content}")
            assert (found.text, found.signed) == ("Yes.", 0) and found.quoted > 2
        prose = f"{begins}\nthose words stand above it.\n\nCats sleep."
        assert authored.written(prose).text == prose


def test_signs_without_an_end_cost_no_more_than_their_lines() -> None:
    begun = time.process_time()
    text, *_ = authored.written("-----BEGIN PGP MESSAGE-----\nabc\n" * 20_000 + "Cats sleep.\n")
    assert text.endswith("Cats sleep.") and time.process_time() - begun < 5  # 0.1 s; 20 s if it were quadratic


def multipart(kind: str, *parts: email.message.Message) -> email.message.Message:
    made = MIMEMultipart(kind)
    for part in parts:
        made.attach(part)
    return made


def attached(part: email.message.Message) -> email.message.Message:
    part["Content-Disposition"] = "attachment; filename=a.txt"
    return part


def test_the_text_of_a_message_is_its_plain_part_else_its_html() -> None:
    pytest.importorskip("resiliparse")
    plain, page = MIMEText("Cats säßen.", "plain", "iso-8859-1"), MIMEText("<p>Cats <b>sleep</b>.</p>", "html")
    quoted = MIMEText(
        "<p>They do.</p><blockquote type='cite'>Do they?</blockquote><div class='gmail_quote'>B wrote: no</div>", "html"
    )
    other = attached(MIMEText("Not this.", "plain"))
    forwarded = multipart("mixed", MIMEText("Yes.", "plain"))
    inner = email.message.Message()
    inner.set_type("message/rfc822")
    inner.set_payload([MIMEText("Not this.", "plain")])
    forwarded.attach(inner)
    for made, text, reason in (
        (plain, "Cats säßen.", None),
        (MIMEText("Коты спят.", "plain", "koi8-r"), "Коты спят.", None),
        (MIMEText("猫が寝る。", "plain", "iso-2022-jp"), "猫が寝る。", None),
        (multipart("alternative", page, plain), "Cats säßen.", None),
        (multipart("alternative", MIMEText(" \n", "plain"), page), "Cats sleep.", None),
        (multipart("mixed", other, multipart("alternative", page)), "Cats sleep.", None),
        (quoted, "They do.", None),
        (MIMEText("<p>B wrote:<p>&gt; Do they?<p>They do.<p>--<p>A, miller", "html"), "They do.", None),
        (MIMEText("<p>Yes.<p>-----Original Message-----<p>From: B<p>Do they?", "html"), "Yes.", None),
        (forwarded, "Yes.", None),
        (multipart("mixed", other), "", "messages_without_text"),
        (MIMEText("> All of it.\n", "plain"), "", "messages_empty"),
        (MIMEText("<br>", "html"), "", "messages_empty"),
    ):
        made["Subject"] = "=?utf-8?q?Re=3A_K=C3=A4tzchen?=\n =?utf-8?q?_sleep?="
        letter = messages.letter_of(made.as_bytes())
        assert (letter.text, letter.title, letter.reason) == (text, "Re: Kätzchen sleep", reason), made.as_string()
    wrong = b"Content-Type: text/plain; charset=x-none\nSubject: =?x-none?q?a?=\n\nCaf\xe9, caf\xe9s, and all that is in them.\n"
    assert messages.letter_of(wrong).reason == "messages_not_decodable"
    assert messages.letter_of(wrong.replace(b"x-none", b"us-ascii")).text == "Café, cafés, and all that is in them."
    deep = b"".join(b"Content-Type: multipart/mixed; boundary=b%d\n\n--b%d\n" % (n, n) for n in range(3000))
    assert messages.letter_of(deep).text == ""


def test_a_text_is_read_in_its_encoding_or_left_out_and_counted() -> None:
    chinese, russian = "会议在星期一举行。请带上你们的笔记。", "Встреча в понедельник."
    french = "« À l’été », dit-elle, « ça ira… »"
    for declared, data, text in (
        ("", french.encode("cp1252"), french),
        ("iso-8859-1", french.encode("cp1252"), french),
        ("us-ascii", chinese.encode(), chinese),
        ("", chinese.encode("gb18030"), None),
        ("iso-8859-1", chinese.encode("gb18030"), None),
        ("", russian.encode("koi8-r"), None),
        ("x-unknown", russian.encode("koi8-r"), None),
        ("gb2312", (chinese * 9).encode("gb18030") + b"\xff\n", chinese * 9),  # one invalid byte
        ("big5", russian.encode("koi8-r"), None),
    ):
        kind = f"Content-Type: text/plain; charset={declared}" if declared else "To: A"
        letter = messages.letter_of(kind.encode() + b"\n\n" + data)
        expected = (text, None) if text else ("", "messages_not_decodable")
        titled = messages.letter_of(kind.encode() + b"\nSubject: " + data + b"\n\nCats.")
        assert text is None or titled.title == text, (declared, text)
        assert (letter.text, letter.reason) == expected, (declared, text)


def test_a_notice_behind_base64_is_no_base64() -> None:
    encoded = base64.encodebytes("猫が寝る。\n犬も寝る。".encode() * 9).decode()
    head = "Content-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: Base64\n\n"
    text = "\n".join(["猫が寝る。", *["犬も寝る。猫が寝る。"] * 8, "犬も寝る。"])
    notice = f"\n{'_' * 47}\nCats mailing list\nhttps://example.org/cats\n"
    damaged = encoded.replace("\n", "!\n", 1)
    for content, found in (
        (encoded, (text, None, 0)),
        (encoded.replace("\n", "\r\n") + notice, (text, None, 3)),
        (damaged, ("", "messages_not_decodable", 0)),
    ):
        letter = messages.letter_of((head + content).encode())
        assert (letter.text, letter.reason, letter.signed) == found, content


def test_mailboxes_of_other_programs_are_read(tmp_path: Path) -> None:
    for begins, envelope in (
        (b"", b"From a@b.org Mon Jan  1 10:00:00 2001"),
        (b"\xef\xbb\xbf", b"From a@b.org Mon Jan  1 10:00:00 2001"),
        (b"\xef\xbb\xbf\r\n\n", b"From a@b.org"),
        (b"\n\n", b"From - Mon Jan  1 10:00:00 2001"),
        (b"", b"From - "),  # Netscape
        (b"", b"From "),  # Thunderbird
        (b"", b"From \r"),
    ):
        message = b"%b\nMIME-Version: 1.0\n%b\nCats %%d.\n\n" % (envelope, HEAD.encode())
        for name in ("a.mbox", "a"):
            source = write(tmp_path / name, begins + message % 1 + message % 2)
            for size in (1 << 20, 60):
                assert [each[-1] for each in documents(source, size)] == ["Cats 1.", "Cats 2."], (begins, envelope)


def test_flowed_lines_are_joined_as_the_mail_says() -> None:
    kind = "Content-Type: text/plain; charset=utf-8; format=Flowed"
    for head, content, text in (
        (
            kind,
            "Cats sleep \nall day. They \neat.\nDogs do \n\nnot.\n",
            "Cats sleep all day. They eat.\nDogs do \n\nnot.",
        ),
        (f"{kind}; DelSp=yes", "猫が \n寝る。\n 犬も。\n", "猫が寝る。\n犬も。"),
        (kind, "B wrote: \n> Do they \n> sleep?\n From now on.\nYes, \n-- \nA \nMiller\n", "From now on.\nYes,"),
        ("Content-Type: text/plain", "Cats sleep \nall day.\n", "Cats sleep \nall day."),
    ):
        for ends in ("\n", "\r\n"):
            letter = messages.letter_of(f"{head}\n\n{content}".replace("\n", ends).encode())
            assert letter.text.strip() == text.strip(), content


def test_what_is_repeated_is_gone_through_once() -> None:
    times = 8_000
    bodies = (
        "-----BEGIN PGP MESSAGE-----\n",
        "begin 644 a\n" + "MCATS\n" * 9,
        "--- a\n+++ b\n@@ -1,9999 +1,9999 @@\n",
        "diff --git a/a b/a\n",
        " a | 2 +-\n",
        " a | 2 +-\n 1 file changed, 2\n",
        "From 1:00 " + "1:00 " * 10,
        "a\n" * 9 + "\n> b\n",
        "\n\n> b\n",
        "\n> b\n",
    )
    began = time.process_time()
    authored.written(f"Cats.\n--a{'-' * 50_000}b\nFrom: A\nTo: B\nDate: Monday\n")
    for body in bodies:
        authored.written(times * "a\n" + times * body)
        assert not mail.BEGINS.search(("\n" + times * body).encode())
    assert time.process_time() - began < 4  # over 10 if it were quadratic


def test_a_message_that_is_too_long_is_refused_with_advice(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(boundaries, "LONGEST_BYTES", 1 << 20)
    source = write(tmp_path / "a.mbox", f"From a@b.org\n{HEAD}\n" + "Cats sleep.\n" * 200_000)
    with pytest.raises(
        InputError, match=r"a\.mbox: a message of more than 1 MiB; delete the message, or its attachments"
    ):
        documents(source, 1 << 19)


HEADERS = (
    "Subject: Cats\n",
    "SUBJECT:=?utf-8?q?K=C3=A4tzchen?=\n =?utf-8?q?_sleep?=\n",
    "Subject: Dogs\n\tsleep,\n  \n too\n",
    "Subject: säßen\n",
    "Message-ID:\n <2@x>\n",
    "Content-Language: de-AT\n",
    "Received: from a\n\tby b: 10:00\n",
    "X-Content-Type: text/html\n",
    "Content-Disposition: attachment; filename=a.txt\n",
)
ODD_HEADERS = ("From here on\n", "Subject : no\n", ": no name\n", "\tcontinued\n", "\n")
KINDS = (
    "",
    "Content-Type: text/plain; charset=utf-8\n",
    "content-type: TEXT/PLAIN;\n charset=iso-8859-1; format=flowed\n",
    "Content-Type: text/html\n",
    "Content-Type: text/calendar\n",
    "Content-Type: wrong\n",
)
ODD_KINDS = (
    "Content-Type: message/rfc822\n",
    "Content-Type: message/delivery-status\n",
    "Content-Type: multipart/mixed\n",
    'Content-Type: multipart/alternative;\n boundary="a:b"\n',
    "Content-Type: multipart/digest; boundary=b\n",
)
ENCODINGS = st.sampled_from(
    ("", *(f"Content-Transfer-Encoding: {name}\n" for name in ("8bit", "Base64", "quoted-printable")))
)
BODIES = st.lists(
    st.sampled_from(
        (
            "Cats säßen.\n",
            "> no\n",
            "\n",
            "Q2F0cyBzbGVlcC4=\n",
            "K=C3=A4tzchen=\n",
            "-- \n",
            "\r",
            "--\n",
            "A: b\n",
            " x\n",
        )
    ),
    max_size=4,
).map("".join)
BOUNDARIES = st.sampled_from(
    ("\n--b\n", "\n--b--\n", "\n--a:b\n", "\n--a:b-- \t\n", "\n--=_(c)+ \n", "\n--=_(c)+--", "--b\n", "\n--bc\n")
)


def entities(headers: tuple[str, ...], kinds: tuple[str, ...], blank: tuple[str, ...]) -> st.SearchStrategy[str]:
    fields = st.lists(st.sampled_from(headers), max_size=4).map("".join)
    return st.tuples(fields, st.sampled_from(kinds), ENCODINGS, st.sampled_from(blank), BODIES).map("".join)


ORDINARY = entities(HEADERS, KINDS, ("\n",))
ENTITIES = st.one_of(ORDINARY, entities(HEADERS + ODD_HEADERS, KINDS + ODD_KINDS, ("\n", "", " \n")))


def in_parts(parts: list[str], head: str, boundary: str, around: tuple[str, str, str]) -> str:
    """A multipart message; `around` is what comes before the first boundary, between lines and parts, and behind the last."""
    before, between, behind = around
    kind = f'Content-Type: multipart/mixed; boundary="{boundary}"\n'
    content = "".join(f"--{boundary}{between}\n{part}\n" for part in parts)
    return f"{head}{kind}\n{before}{content}--{boundary}--{behind}"


BEFORE = st.sampled_from(("", "", "", "Not shown.\n", "--b\n", "\n"))
MESSAGES = st.recursive(
    st.one_of(ORDINARY, ORDINARY, ENTITIES),
    lambda parts: st.builds(
        in_parts,
        st.one_of(st.lists(parts, min_size=1, max_size=3), st.lists(st.one_of(parts, BOUNDARIES), max_size=3)),
        st.sampled_from(("", "Subject: Cats\n", "\n", "Received: from a\n b\n")),
        st.sampled_from(("b", "a:b", "=_(c)+", "b--")),
        st.tuples(
            BEFORE, st.sampled_from(("", "", " \t", "--")), st.sampled_from(("", "\n", " \n\nNot shown.\n--b\n"))
        ),
    ),
    max_leaves=5,
)


@settings(max_examples=300, deadline=None)
@given(
    st.one_of(MESSAGES, st.lists(st.one_of(ENTITIES, BOUNDARIES), min_size=1, max_size=9).map("".join)),
    st.sampled_from(("\n", "\r\n")),
    st.sampled_from(("utf-8", "iso-8859-1")),
)
def test_a_message_is_parsed_as_python_parses_it(content: str, ends: str, encoding: str) -> None:
    data = content.replace("\n", ends).encode(encoding)
    assert letters_by_both(data)


def test_ordinary_messages_are_parsed_as_python_parses_them() -> None:
    plain, page = MIMEText("Cats säßen.\n> no\n-- \nA", "plain", "utf-8"), MIMEText("<p>x", "html", "us-ascii")
    nested = multipart(
        "mixed", multipart("related", multipart("alternative", page, plain), attached(page)), attached(plain)
    )
    for made in (plain, page, multipart("alternative", plain, page), nested):
        made["Subject"], made["Received"] = "Cats", "from a\n by b"
        for ends in (b"\n", b"\r\n"):
            data = made.as_bytes().replace(b"\n", ends)
            assert mail_parser._ordinary(data, 0) is not None, "left to email"
            assert letters_by_both(data)


def letters_by_both(data: bytes) -> bool:
    """Whether a message gives what it gives when Python's `email` parses it."""
    quick = messages.letter_of(data)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(messages, "message_of", email.message_from_bytes)
        return messages.letter_of(data) == quick


def test_no_bytes_break_it() -> None:
    draw = random.Random(0)
    whole = multipart("alternative", MIMEText("Cats sitzen.\n> no\n-- \nA", "plain", "utf-8"), MIMEText("<p>x", "html"))
    whole["Subject"] = "=?utf-8?b?Q2F0cw==?="
    data = whole.as_bytes()
    for _ in range(300):
        damaged = bytearray(data)
        for _ in range(draw.randrange(1, 8)):
            damaged[draw.randrange(len(damaged))] = draw.randrange(256)
        cut = bytes(damaged[: draw.randrange(1, len(damaged))])
        letter = messages.letter_of(cut)
        assert letters_by_both(cut)
        letter.text.encode(), (letter.title or "").encode(), (letter.id or "").encode()


@pytest.fixture(scope="module")
def folder() -> Iterator[Path]:
    with tempfile.TemporaryDirectory() as name:
        yield Path(name)


LINES = st.sampled_from(["It rains.", "", "From here on.", "From a@b 10:00 to noon", "Sub: ject", "é中", "word " * 20])


@settings(max_examples=25, deadline=None)
@given(
    st.lists(st.lists(LINES, max_size=8), min_size=1, max_size=8),
    st.integers(30, 400),
    st.booleans(),
    st.integers(60, 900),
)
def test_a_mailbox_holds_what_python_wrote_wherever_it_is_cut(
    folder: Path, bodies: list[list[str]], piece_bytes: int, has_carriage_returns: bool, window: int
) -> None:
    path = folder / "a.mbox"
    path.unlink(missing_ok=True)
    box = mailbox.mbox(path)
    for number, lines in enumerate(bodies):
        text = f"Subject: S{number}\nMessage-ID: <{number}@x>\n\n" + "\n".join([*lines, "End."]) + "\n"
        added = mailbox.mboxMessage(text.encode())
        added.set_from("a@example.org", time_=True)
        box.add(added)
    box.close()
    content = path.read_bytes().replace(b"\n", b"\r\n") if has_carriage_returns else path.read_bytes()
    source = write(path, content)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(boundaries, "WINDOW_BYTES", window)
        found = documents(source)
        assert documents(source, piece_bytes) == found
        packed = [write(folder / f"a.mbox{ending}", COMPRESS[ending](content)) for ending in (".gz", ".bz2")]
        assert all(documents(each, piece_bytes) == found for each in packed)
    expected = ["\n".join([*lines, "End."]).strip("\n") for lines in bodies]
    assert [row[3].split() for row in found] == [text.split() for text in expected]
    assert [(row[0], row[2]) for row in found] == [(f"{number}@x", f"S{number}") for number in range(len(bodies))]


NOT_SENT = (  # headers that may be part of a text
    "From: a@example.org (A)\nNewsgroups: rec.cats\nLines: 12\n\nCats sleep.",
    "Subject: cats\nFrom: A <a@example.org>\n\nCats sleep.",
    "From: guido at python.org (Guido)\r\nDate: Tue, 1 May 2001\r\n\r\nCats sleep.",
)


def test_mail_is_told_by_its_name_or_its_headers(tmp_path: Path) -> None:
    for content in (
        HEAD + "\nCats sleep.",
        *NOT_SENT,
        "From a@b.c Mon Jan  1 10:00:00 2001\nSubject: Cats\n\nCats sleep.",
    ):
        for name in ("a.eml", "a.mbox.gz", "mbox", "a", "cur/1.host:2,S"):
            source = write(tmp_path / name, COMPRESS[".gz"](content.encode()) if name.endswith(".gz") else content)
            assert with_format(source, SegmentSettings()).format == "mail", (name, content)
            assert texts(source) == ["Cats sleep."]
        plain = write(tmp_path / "a.txt", content)
        with pytest.raises(
            InputError, match=r"a\.txt: contains e-mail .*; use --format mail; --format text reads it as plain"
        ):
            texts(plain)
        assert texts(plain, format="mail") == ["Cats sleep."]
        assert "\n\n".join(texts(plain, format="text")).split() == content.split()


def test_what_is_left_out_of_mail_is_counted_and_what_is_none_refused(tmp_path: Path, command) -> None:
    box = "".join(
        f"From a@example.org Mon Jan  1 10:00:00 2001\nSubject: {number}\n\n{text}\n\n"
        for number, text in enumerate(("Cats sleep all day.\n> Dogs?\n-- \nA", "> They do.", "They hunt at dusk."))
    )
    write(tmp_path / "in" / "a.mbox", box)
    write(tmp_path / "in" / "b.eml", "\tno header\n")
    to = ("segment", tmp_path / "in", "-o", tmp_path / "out", "--workers", 1)
    code, _, err = command(*to)
    assert code == 3 and "b.eml: no e-mail; it begins neither with a header" in err and "--bad-input skip" in err
    code, out, err = command(*to, "--bad-input", "skip")
    assert code == 0 and "2 documents" in out, out + err
    told = (
        "1 file that is not e-mail",
        "1 message with no text of its author",
        "2 quoted lines",
        "2 lines of signatures",
    )
    assert all(each in out for each in told), out
