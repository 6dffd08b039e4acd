from .form import Language

LANGUAGE = Language(
    name="Luxembourgish",
    scripts=("latin",),
    function_words="""
        de d' a an vun ass net en eng dat fir mat op zu bei als um och mä oder wéi wat wou hien si mir ech du hir säin
        sech gëtt gouf goufen war waren huet hunn hat kann muss soll all keng méi iwwer ënner tëscht zanter dës déi
        dee den der dem jidfereen
    """,
)
