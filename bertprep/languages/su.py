from .form import Language

LANGUAGE = Language(
    name="Sundanese",
    scripts=("latin",),
    function_words="""
        jeung nu di ka anu téh ku ti éta ieu henteu pikeun aya jadi ogé atawa sabab basa nyaéta manéhna kuring anjeun
        maranéhna urang geus can keur bisa kudu unggal sakabéh séjén lain ngan tapi lamun naon saha mana iraha supaya
        sangkan salaku leuwih pisan dina kana tina boh hiji antara teh eta nyaeta sejen sakabeh oge kalawan kayaning
        jalma
    """,
)
