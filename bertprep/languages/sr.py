from .form import Language

LANGUAGE = Language(
    name="Serbian",
    scripts=("cyrillic", "latin"),
    function_words="""
        и у је се на да су за од с са о као који која које али или те што би бити био била било били није нису по из
        до при према након пре током између без код кроз под над када где како зашто ко га му јој их им његов њен
        њихов овај ова ово тај та то сви све сваки само још већ такође веома јер ако док i u je se na da su za od s sa
        o kao koji koja koje ali ili te što bi biti bio bila bilo bili nije nisu po iz do pri prema nakon pre tokom
        između bez kod kroz pod nad kada gde kako zašto ko ga mu joj ih im njegov njen njihov ovaj ova ovo taj ta to
        svi sve svaki samo još već takođe veoma jer ako dok
    """,
)
