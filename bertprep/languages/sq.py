from .form import Abbreviations, Language, Wiki

LANGUAGE = Language(
    name="Albanian",
    scripts=("latin",),
    function_words="""
        e të dhe në i për me që një nga është se ka si nuk u ky kjo këto ose por edhe janë ishte kishte do mund duhet
        çdo tij saj tyre tek te pa deri pas para midis mbi nën kur ku kush çfarë pse shumë më vetëm gjithë tjetër
    """,
    abbreviations=Abbreviations(
        never="""
            dr prof doc ing av z znj zj shën shn st gjen kol maj lt rr sh nr f faq fq vëll bot red përkth
            përg krh p.sh d.m.th i.e ang fr gjer it lat greq turq tel fig tab art
        """,
        maybe="jan shk mar pri qer korr gush sht tet nën dhj p.e.s e.s sh.a jr sr inc ltd co corp",
        end="etj etc",
        number="neni",
    ),
    section_words="""
        kapitulli seksioni pjesa neni shtojca figura tabela libri titulli akti skena mësimi teorema përkufizimi
        shembulli
    """,
    separators=(".", ","),
    wiki=Wiki(
        files=("skeda", "figura", "media"),
        categories=("kategoria", "kategori"),
        redirects=("ridrejto",),
        sections=(
            "referimet", "referime", "shiko edhe", "lidhje të jashtme", "shih edhe", "burimet", "burime", "shënime",
            "literatura",
        ),
        top_sections=("galeria",),
        disambiguation=("kthjellim",),
        silent=("kërkohet burimi", "burimi"),
    ),
)
