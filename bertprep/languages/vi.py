from .form import Abbreviations, Language, Wiki

LANGUAGE = Language(
    name="Vietnamese",
    scripts=("latin",),
    function_words="""
        và của là các có cho không được một trong những với người này đã đến từ khi cũng tại ra như về để
    """,
    abbreviations=Abbreviations(
        never="""
            tp tx ths ts pgs gs bs ks cn ls pgs.ts gs.ts ts.bs gs.tskh pgs.tskh tskh ncs th.s t.s nsnd nsưt
            nxb đh cđ ubnd ql qđ nđ tt tr stt vd đt đc sn ttg q p h ch trg m tm ths.bs tp.hcm x cp bs.ck ô
            vđ v.d h.t b t.p t.x mr mrs dr st
        """,
        maybe="tcn scn inc ltd co corp jr",
        end="v.v vv",
        number="s đ hình bảng điều",
    ),
    section_words="chương phần mục điều phụ.lục lục hình bảng quyển tập bài màn cảnh khoản tiết",
    wiki=Wiki(
        files=("tập tin",),
        categories=("thể loại",),
        redirects=("đổi",),
    ),
)
