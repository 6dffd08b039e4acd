from .form import Language, Wiki

LANGUAGE = Language(
    name="Minangkabau",
    scripts=("latin",),
    function_words="""
        nan jo di ka dari untuak pado iko itu adolah ndak indak dek sabagai juo akan alah atau inyo kami awak
        urang bisa karano labiah dalam sarato satiok samo sagalo tanpa barado tiok katiko baiak sajo pulo
        lainnyo dapek surang buliah punyo antaro
    """,
    wiki=Wiki(
        files=("berkas", "gambar"),
        categories=("kategori",),
        redirects=("alihkan", "aliah"),
        sections=("rujuakan", "pautan lua", "caliak pulo", "referensi", "catatan", "sumber"),
        disambiguation=(r"disambig\w*",),
    ),
)
