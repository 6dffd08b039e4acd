"""Full stops that do not end a sentence, and sentence ends that are easily missed, by language.

A bar marks the beginning of a new sentence, in place of the white space between two sentences.
"""

import pyarrow as pa

from bertprep.sentences.split import split

HEADS = """
en Chapter 1. The Road.|It was dark.|See Chapter 3.|It is long.|Section 3.1. Scope of Work.|It is wide.
en Results were few.|Chapter 4. Discussion follows.|Part II. The Lake.|It was cold.
en He sold it.|2. He bought a bicycle.|3.1. He went home.|B. He came back.|It is so.
de Kapitel 1. Der Anfang.|Es war dunkel.|Es steht in Kapitel 3.|Dann kam er.
fr Chapitre 1. Introduction.|Il faisait sombre.|Partie II. Analyse.|Rien ne bougeait.
ru Глава 1. Начало.|Было темно.|Раздел 3.1. Область работ.|Они начали.
it È un obbligo.|858. Comprensorio di bonifica.|Si veda la legge.
lt Tai yra taip.|2.1. Pažymos apie ūkius.|Tai geri ūkiai.
sw Sura ya 1. Utangulizi.|Ilikuwa usiku.
vi Chương 1. Mở đầu.|Trong phòng tối.
fa فصل ۱. شروع.|همه چیز تاریک بود.
th ไปไหม|ผมหิวแล้วครับ|อย่าลืม
th เขาคิดอยู่นาน... แล้วก็ตัดสินใจได้
th เขาทำงานอยู่ที่กรุงเทพมหานคร และเขามีบ้านหลังใหญ่มาก.
ja 好きなアイカツ！の新刊。
"""
CITATIONS = """
en It rained in May. [17]|Then it snowed.[3][4]|We saw "Rain." [5]|They saw (snow).|It is told in [6] and [7].|So be it.
zh 下雨了。[1]|下雪了。
"""
NUMBERS = """
en He came 1st.|In 1990 he left.|See tb. 3 and blk. 4 of it.
af Sien afb. 2 in deel 3, hfst. 4, bl. 18-22.|Dit is so.
bg Вж. табл. 2 на фиг. 3, чл. 15, ал. 2.|Така е.
xx Qua zlb. 5 qua zz. 6 qua.|Qua.
tr Bu da idi.|1990 yılında gitti.
lt Jis (gim. 1963 m.) yra taip.|Tai yra.
de Sie gewannen 2:1.|Trainer Braun war froh.|Es kostet 5,3.|Frau Braun zahlt.|Am 3. Oktober war es so.
ro Conf. art. 5 alin. 3 din lege.|Este la pct. 4.
"""
LETTERS = """
et Etendus algab kell 15.|Seejärel minnakse koju.|Ta sündis 20. XI 1998.|See on establishment'i.|Puhub 14 m/s.|Margus tuli.
fi Hän jäi sijalle 27.|Näytti hyvältä.|Se kohtaa mestarin SJK:n.|Rops tuli.
ps هغه ښه و.|زه ځم.
en We need more kinase A.|Cells died.|It is hepatitis B.|Patients were ill.|Doctors came.|A. Reed did.
en See Appendix C.|Users like it.
en It was cold.|Mm.|Hot out.|It is 5 mm.|Brown Lake is deep.
hr To je zbog UN-a.|Talat je otišao.|Rast BDP-a.|Procjena je dobra.
he זה בארה"ב.|היא נבחרה.
sl Pri Slomar D. O. O., Smrekarjeva 47, je tako.|Res je.
sv Se A. I. Rabin och andra.|De vet det.
"""
OPENINGS = """
es Hay pan, leche, etc.|¿Vienes?
hi उसने कहा "यह सही था".|वह आया।
pl To było w 2018 r.|Niemcy wygrali.|W 1990 r. Polska wygrała.
af Hy kan dit doen.|'n Gebruiker weier.|Dit is 'n Spesiale dag.
nl Dat zei hij.|,,Kom binnen,'' zei ze.|Hij kwam.|,, Dank u wel.''|Zo was het.
es Me dirijo a Ud.|¿Cuándo viene?|Se lo di a Uds.|Ellos lo saben.
fa فکر کرد... اما چیزی نگفت.|او رفت.
"""
ABBREVIATIONS = """
en See Pub. L. 94-553 and 1 Cor. 13 and Thm. 4 in Ps. 23.|He went to the pub.|People sang.|They are ill.|Doctors came.
en Add 2 tbsp. of oil.|By Lem. Brown and Prop. Green it holds.|He lives in Mass. Avenue.|It has mass.|Bodies fall.
en See Pub. L. No. 104-132 and Def. 1 of it.|No. 5 is old.|He knew the U.S.|No one came.|Bake at 350 deg. for 20 min.|Let it cool.
en “_Sid!_”|Tom felt _it._|He saw 20 per cent. of it.|It rose by 5 deg.|He wrote.|At 5 a.m. Mr. Smith called.
bg Проф. Иванов и доц. Колева са на ул. Мир в гр. Елена.|Св. Петка е храм.|Цената е 25 лв.|Това е.
el Ο δρ. Γεωργίου και η κα. Αντωνίου, βλ. τομ. 3, σελ. 45.|Ήρθε.
ro Ing. Andrei și dl. Topp stau pe str. Mihai.|Este Sf. Petru.|Costă 200 lei.|Poliția vine.
sr Izabrani su u sudu br. 2 i u ul. Mira.|То је ул. Мира.|То је св. Петар.
hr Živi u ul. Mira, tj. u centru, kod sv. Pavla.|To je sve.
sk Je tu napr. Malý, tzv. Browfield, sv. František.|To je všetko.
da Det er f.eks. Hansen, ca. 40 pct. af dem, jf. Holm.|Han kom kl. 20.|Så gik han.
no Det er f.eks. Hansen, jf. Holm, i kap. 4.|Han kom.
fi Katso esim. Virtanen, ks. Helsinki, (lat. Iohannes).|Se on hyvä.
hu Lásd pl. Budapest, dr. Kovács, vö. Szeged.|Ez jó.
lt Tai yra pvz. Vilnius, prof. Jonas, žr. pav. 3 ir lent. 4.|Tai yra.
lv Tas ir Kr. Barona ielā, prof. Ozols, sk. tabulu.|Jā.
et See on hr. Tamm ja pr. Kask.|Nii on.
sl To je mag. Blaž, prof. Novak, gl. sliko.|Res je.
id Di sana Ir. Soekarno, Drs. Hatta dan Tb. Maktal.|Lihat hlm. 55.|Itu penting.|Beli apel, dll.|Dia pergi.
uk Див. розд. 4.2 та дод. Б.|Він живе на вул. Миру в м. Києві.|Так.
be Гэта рэж. Вольга на вул. Міру, пр. Машэрава.|Так.
kk Проф. Ахметов пен доц. Кәрімов келді.|Иә.
hy Պրոֆ. Պետրոսյանը եկավ։|Դոկ. Սարգսյանը գնաց։
ml ഡോ. രാജൻ വന്നു.|പ്രൊ. വർമ്മ പോയി.
sw Bw. Juma na Dkt. Mwangi walikuja.|Ndiyo.
ca El Sr. Puig i la Dra. Mas viuen a l'av. Diagonal.|Vegeu la pàg. 5.
tr Arş. Gör. Aksoy geldi.|Bkz. Bölüm 3 ve s. 15.
"""


def test_each_kind_by_language() -> None:
    table = "".join((HEADS, CITATIONS, NUMBERS, LETTERS, OPENINGS, ABBREVIATIONS))
    rows = [row.split(" ", 1) for row in table.strip().splitlines() if row]
    glue = {"ja": "", "zh": ""}
    wanted = [marked.split("|") for _, marked in rows]
    texts = [glue.get(code, " ").join(parts) for (code, _), parts in zip(rows, wanted, strict=True)]
    found = split(pa.array(texts), pa.array([code for code, _ in rows])).to_pylist()
    wrong = [
        (code, sentences) for (code, _), sentences, parts in zip(rows, found, wanted, strict=True) if sentences != parts
    ]
    assert wrong == []
