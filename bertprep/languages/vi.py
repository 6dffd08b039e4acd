from .form import Abbreviations, Language, Template, Wiki

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
    separators=(".", ","),
    wiki=Wiki(
        files=("tập tin", "hình"),
        categories=("thể loại",),
        redirects=("đổi",),
        sections=(
            "tham khảo", "liên kết ngoài", "xem thêm", "chú thích", "ghi chú", "đọc thêm", "nguồn tham khảo",
            "thư mục", "tài liệu tham khảo", "nguồn", "tham khảo và liên kết ngoài", "chú giải",
        ),
        top_sections=("thư viện ảnh", "hình ảnh"),
        disambiguation=("trang định hướng", "định hướng", r"disambig\w*"),
        language_names={
            "en": "tiếng Anh", "de": "tiếng Đức", "fr": "tiếng Pháp", "es": "tiếng Tây Ban Nha", "it": "tiếng Ý",
            "ru": "tiếng Nga", "la": "tiếng Latinh", "el": "tiếng Hy Lạp", "grc": "tiếng Hy Lạp cổ đại",
            "ja": "tiếng Nhật", "zh": "tiếng Trung", "ar": "tiếng Ả Rập", "he": "tiếng Hebrew", "pl": "tiếng Ba Lan",
            "tr": "tiếng Thổ Nhĩ Kỳ", "pt": "tiếng Bồ Đào Nha", "nl": "tiếng Hà Lan", "uk": "tiếng Ukraina",
        },
        language_label="{}: {}",
        templates=(
            Template("convert", ("đổi", "chuyển đổi")),
            Template("quote", ("cquote", "trích dẫn")),
            Template("first", ("không ngắt", "vie")),
        ),
        silent=(
            "cần dẫn chứng", "cần chú thích", "ai nói?", "khi nào?", "ở đâu?", "biểu tượng lá cờ", "cần giải thích",
            "cần số trang",
        ),
    ),
)
