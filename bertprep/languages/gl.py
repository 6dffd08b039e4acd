from .form import Abbreviations, Language, Template, Wiki

LANGUAGE = Language(
    name="Galician",
    scripts=("latin",),
    function_words="""
        o a os as un unha uns unhas de do da dos das en no na nos nas ao aos á ás por polo pola polos polas para con
        sen sobre entre ata desde e ou mais pero que quen cal cando como onde porque se non si é son era eran foi
        foron ser está están ten teñen había hai seu súa seus súas este esta estes estas ese esa iso isto aquel el ela
        eles elas eu nós vós vostede tamén ademais aínda moi todo outro outra cada algúns moitos durante despois antes
        entón xa así
    """,
    abbreviations=Abbreviations(
        never="""
            sr sra srs sras dr dra drs profa prof d dna arq enx xral cor tte sgt mons pe fr sto sta avda av
            r pza estr tel núm núms páx páxs pax vol vols caps fig figs ed eds trad coord op cit ibid íd vid
            vs aprox ca art p.ex cf máx mín depto gob univ lat gr ing port obs ref rev ss supl tít tom
        """,
        maybe="xan feb abr xuñ xul ago set out nov dec a.c d.c s.a s.l inc ltd ex san",
        end="etc",
        number="n.º p pp § cap maio",
    ),
    section_words="""
        capítulo sección parte artigo anexo apéndice figura táboa cadro libro título acto escena lección
        exercicio
    """,
    capital_after_semicolon=True,
    separators=(".", ","),
    wiki=Wiki(
        files=("ficheiro", "imaxe", "arquivo", "imagem"),
        categories=("categoría",),
        redirects=("redirección", "redirecionamento"),
        sections=(
            "notas", "véxase tamén", "ligazóns externas", "outros artigos", "bibliografía", "referencias",
            "notas e referencias", "outras lecturas", "véxase ademais",
        ),
        top_sections=("galería", "galería de imaxes"),
        disambiguation=("homónimos", "desambiguación"),
        language_names={
            "en": "inglés", "de": "alemán", "fr": "francés", "es": "castelán", "it": "italiano", "ru": "ruso",
            "la": "latín", "el": "grego", "grc": "grego antigo", "ja": "xaponés", "zh": "chinés", "ar": "árabe",
            "he": "hebreo", "pl": "polaco", "tr": "turco", "pt": "portugués", "nl": "neerlandés", "uk": "ucraíno",
        },
        language_label="en {}: {}",
        templates=(
            Template("measure", ("unidade",)),
            Template("shows", ("século", "séc"), ("século $1",)),
            Template("quote", ("cita", "cita bloque")),
            Template("literal", ("ac",), ("a. C.",)),
            Template("second", ("palabra estranxeira",)),
        ),
        silent=("cómpre referencia", "cando", "quen", "onde", "aclarar", "bandeira", "cita requirida"),
    ),
)
